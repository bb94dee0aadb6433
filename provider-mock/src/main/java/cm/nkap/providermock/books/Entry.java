package cm.nkap.providermock.books;

import java.time.Instant;
import wiremock.com.fasterxml.jackson.annotation.JsonSubTypes;
import wiremock.com.fasterxml.jackson.annotation.JsonTypeInfo;

/** One line of the book file. The books are nothing but these entries applied in order. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "entry")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Entry.Opened.class, name = "opened"),
    @JsonSubTypes.Type(value = Entry.Accepted.class, name = "accepted"),
    @JsonSubTypes.Type(value = Entry.PaidOut.class, name = "paid"),
    @JsonSubTypes.Type(value = Entry.Refused.class, name = "failed"),
    @JsonSubTypes.Type(value = Entry.ToppedUp.class, name = "topped_up")
})
sealed interface Entry {

    record Opened(long opening, Instant at) implements Entry {}

    record Accepted(Order order) implements Entry {}

    record PaidOut(String reference, long transaction, long fee, Instant at) implements Entry {}

    record Refused(String reference, String reason, Instant at) implements Entry {}

    record ToppedUp(TopUp topUp) implements Entry {}
}
