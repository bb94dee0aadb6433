package cm.nkap.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.http.HttpMessageFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CloudEventHttpTest {
    private static final Envelope CHARGE = Samples.charge("ch_1");
    private static final byte[] DATA =
            "{\"charge\":\"ch_1\",\"merchant\":\"mer_1\",\"provider\":\"mtn\",\"amount\":5000,\"currency\":\"XAF\"}"
                    .getBytes(StandardCharsets.UTF_8);

    @Test
    void readsStructuredMode() {
        Map<String, String> headers = Map.of("content-type", "application/cloudevents+json; charset=UTF-8");

        assertThat(CloudEventHttp.read(headers, CHARGE.toJson())).contains(CHARGE);
    }

    @Test
    void readsBinaryMode() {
        assertThat(CloudEventHttp.read(binary(), DATA)).contains(CHARGE);
    }

    @Test
    void readsWhatTheCloudEventsSdkWrites() {
        CloudEvent event = CloudEventBuilder.v1()
                .withId(CHARGE.id())
                .withSource(URI.create(CHARGE.source()))
                .withType(CHARGE.type())
                .withSubject("ch_1")
                .withTime(Samples.NOON.atOffset(ZoneOffset.ofHours(1)))
                .withExtension("orgid", Samples.ORG)
                .withExtension("traceparent", Samples.TRACE)
                .withData("application/json", DATA)
                .build();
        Map<String, String> headers = new HashMap<>();
        AtomicReference<byte[]> body = new AtomicReference<>();
        HttpMessageFactory.createWriter((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value), body::set)
                .writeBinary(event);

        assertThat(CloudEventHttp.read(headers, body.get())).contains(CHARGE);
    }

    @Test
    void readsPercentEncodedHeaders() {
        Map<String, String> headers = binary();
        headers.put("ce-source", "%2Fnkap%2fcreate-charge");

        assertThat(CloudEventHttp.read(headers, DATA)).contains(CHARGE);
    }

    @Test
    void anUnknownTypeIsEmptyInBothModes() {
        Map<String, String> headers = binary();
        headers.put("ce-type", "cm.nkap.loan.granted.v1");
        byte[] structured = new String(CHARGE.toJson(), StandardCharsets.UTF_8)
                .replace("charge.created", "loan.granted")
                .getBytes(StandardCharsets.UTF_8);

        assertThat(CloudEventHttp.read(headers, "anything".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        assertThat(CloudEventHttp.read(Map.of("content-type", "application/cloudevents+json"), structured))
                .isEmpty();
    }

    @Test
    void eachMissingHeaderIsNamed() {
        for (String name : new String[] {"ce-id", "ce-source", "ce-type", "ce-time", "ce-orgid"}) {
            Map<String, String> headers = binary();
            headers.remove(name);

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CloudEventHttp.read(headers, DATA))
                    .withMessageContaining(name);
        }
    }

    @Test
    void whatIsNoEventIsRefused() {
        refused(Map.of(), "neither structured");
        refused(Map.of("content-type", "application/json"), "neither structured");
        refused(Map.of("content-type", "application/cloudevents-batch+json"), "batches");
        refused(Map.of("content-type", "application/cloudevents+xml"), "only application/cloudevents+json");
        refused(with("ce-specversion", "0.3"), "ce-specversion must be 1.0");
        refused(with("content-type", "text/plain"), "datacontenttype must be");
        refused(with("ce-id", "ev_%4"), "broken percent escape");
        refused(with("ce-id", "ev_%zz"), "broken percent escape");
        refused(with("ce-subject", "ch_2"), "subject is not the id");
    }

    private static void refused(Map<String, String> headers, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CloudEventHttp.read(headers, DATA))
                .withMessageContaining(message);
    }

    private static Map<String, String> with(String name, String value) {
        Map<String, String> headers = binary();
        headers.put(name, value);
        return headers;
    }

    private static Map<String, String> binary() {
        Map<String, String> headers = new HashMap<>();
        headers.put("content-type", "application/json");
        headers.put("ce-specversion", "1.0");
        headers.put("ce-id", CHARGE.id());
        headers.put("ce-source", CHARGE.source());
        headers.put("ce-type", CHARGE.type());
        headers.put("ce-subject", "ch_1");
        headers.put("ce-time", "2026-11-22T12:00:00.123456+01:00");
        headers.put("ce-orgid", CHARGE.org());
        headers.put("ce-traceparent", Samples.TRACE);
        headers.put("ce-knativearrivaltime", "2026-11-22T11:00:01Z");
        return headers;
    }
}
