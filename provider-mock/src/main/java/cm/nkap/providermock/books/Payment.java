package cm.nkap.providermock.books;

import java.time.Instant;

/** An accepted order and where it stands in the books. */
public record Payment(Order order, State state) {

    public sealed interface State permits Pending, Paid, Failed {}

    public record Pending() implements State {}

    /** Money moved: {@code transaction} is the provider's own number, {@code fee} whole XAF kept by the provider. */
    public record Paid(long transaction, long fee, Instant at) implements State {}

    /** No money moved (yet: an expired payment can still be paid late). */
    public record Failed(String reason, Instant at) implements State {}

    Payment with(State next) {
        return new Payment(order, next);
    }
}
