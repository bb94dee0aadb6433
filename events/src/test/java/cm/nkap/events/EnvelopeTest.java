package cm.nkap.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvelopeTest {
    private static final String CHARGE = """
            {"specversion":"1.0","id":"ev_1","source":"/nkap/create-charge","type":"cm.nkap.charge.created.v1",\
            "subject":"ch_1","time":"2026-11-22T11:00:00.123456Z","datacontenttype":"application/json",\
            "orgid":"boutique-douala","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",\
            "data":{"charge":"ch_1","merchant":"mer_1","provider":"mtn","amount":5000,"currency":"XAF"}}""";

    @Test
    void isWrittenAsStructuredCloudEventsJson() {
        Envelope charge = new Envelope(
                "ev_1",
                "/nkap/create-charge",
                Samples.ORG,
                Samples.NOON,
                Samples.TRACE,
                new ChargeEvent.Created("ch_1", "mer_1", "mtn", 5_000, "XAF"));

        assertThat(text(charge)).isEqualTo(CHARGE);
        assertThat(charge.natsSubject()).isEqualTo("nkap.charge.created");
    }

    @Test
    void everyKindSurvivesTheWire() {
        for (EventCatalogue.Entry kind : EventCatalogue.all()) {
            Envelope sample = Samples.of(kind);

            assertThat(Envelope.fromJson(sample.toJson())).isEqualTo(sample);
        }
    }

    @Test
    void componentNamesAreSnakeCaseOnTheWire() {
        assertThat(text(Samples.collection("ch_1", 5))).contains("\"provider_transaction\":\"tx5\"");
    }

    @Test
    void aFieldAddedByANewerVersionIsPassedOver() {
        String newer = CHARGE.replace("\"currency\"", "\"channel\":\"ussd\",\"currency\"")
                .replace("\"orgid\"", "\"knativearrivaltime\":\"2026-11-22T11:00:01Z\",\"orgid\"");

        assertThat(text(Envelope.fromJson(bytes(newer)))).isEqualTo(CHARGE);
    }

    @Test
    void anUnknownTypeIsNotAnError() {
        byte[] unknown = bytes(CHARGE.replace("charge.created.v1", "charge.created.v9"));

        assertThat(Envelope.readJson(unknown)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> Envelope.fromJson(unknown));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ,"currency":"XAF"             |                              | data.currency is missing
            "merchant":"mer_1"            | "merchant":null              | data.merchant is missing
            "amount":5000                 | "amount":5000.5              | data of cm.nkap.charge.created.v1
            "amount":5000                 | "amount":"5000"              | data of cm.nkap.charge.created.v1
            "amount":5000                 | "amount":99999999999999999999| data of cm.nkap.charge.created.v1
            "amount":5000                 | "amount":1,"amount":5000     | not JSON
            "subject":"ch_1"              | "subject":"ch_2"             | subject is not the id
            "specversion":"1.0"           | "specversion":"0.3"          | specversion must be 1.0
            "id":"ev_1"                   | "id":7                       | id must be a string
            "id":"ev_1"                   | "id":""                      | id must have
            "orgid":"boutique-douala",    |                              | orgid is missing
            2026-11-22T11:00:00.123456Z   | yesterday                    | time is not RFC 3339
            application/json              | text/xml                     | datacontenttype must be
            """)
    void whatIsWrongIsNamed(String found, String put, String message) {
        String broken = CHARGE.replace(found, put == null ? "" : put);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Envelope.fromJson(bytes(broken)))
                .withMessageContaining(message);
    }

    @Test
    void trailingBytesAndOtherJsonAreRefused() {
        for (String broken : new String[] {CHARGE + "{}", "[]", "null", "", "{", "\u0000"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> Envelope.fromJson(bytes(broken)));
        }
    }

    @Test
    void theTraceThatABrokerEmptiedIsAbsent() {
        Envelope read = Envelope.fromJson(bytes(CHARGE.replace(Samples.TRACE, "")));

        assertThat(read.traceparent()).isNull();
    }

    @Test
    void attributesAreUnderstoodAlikeByEveryReaderOfHeaders() {
        for (String bad : new String[] {"", "two words", "50%", "\"x\"", "Yaoundé", "x".repeat(257)}) {
            assertThatIllegalArgumentException().isThrownBy(() -> Samples.charge(bad, "ch_1"));
        }
    }

    @Test
    void idsSortByTime() {
        Instant later = Samples.NOON.plusMillis(1);

        String first = EventIds.next("ev", Samples.NOON);
        String second = EventIds.next("ev", later);

        assertThat(first).matches("ev_[0-9a-hjkmnp-tv-z]{26}").isLessThan(second);
    }

    private static String text(Envelope envelope) {
        return new String(envelope.toJson(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
