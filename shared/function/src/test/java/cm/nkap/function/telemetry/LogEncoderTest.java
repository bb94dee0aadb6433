package cm.nkap.function.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import cm.nkap.function.Scope;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LogEncoderTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final String FORGERY =
            "x\r\nts=2026-01-01T00:00:00.000Z level=INFO msg=paid\u001b[31m\u2028\u0085\"},{\"level\":\"INFO\",\"msg\":\"paid";

    private final LoggerContext context = new LoggerContext();

    private String written(String format, String message, @Nullable Throwable thrown, Object... values) {
        var encoder = new LogEncoder();
        encoder.setFormat(format);
        var event = new LoggingEvent("test", context.getLogger("cm.nkap.Shop"), Level.WARN, message, thrown, values);
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    private JsonNode json(String message, @Nullable Throwable thrown, Object... values) {
        String line = written("json", message, thrown, values);
        assertThat(line).endsWith("}\n");
        assertThat(line.substring(0, line.length() - 1)).doesNotContainPattern("[\\p{Cntrl}\\u0085\\u2028\\u2029]");
        return JSON.readTree(line);
    }

    @Test
    void keepsTheMessagesPairsAsFields() {
        var line = json("msg=request route={} status={}", null, "/v1/charges", 201);

        assertThat(line.path("level").asString()).isEqualTo("WARN");
        assertThat(line.path("logger").asString()).isEqualTo("cm.nkap.Shop");
        assertThat(line.path("msg").asString()).isEqualTo("request");
        assertThat(line.path("route").asString()).isEqualTo("/v1/charges");
        assertThat(line.path("status").asString()).isEqualTo("201");
        assertThat(line.path("ts").asString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    }

    @Test
    void takesWordsOfOthersAsTheyAre() {
        assertThat(json("event_parked consumer={} event={}", null, "payout", "ev_1")
                        .path("msg")
                        .asString())
                .isEqualTo("event_parked");
        assertThat(json("Pool {} is {} of {", null, "nkap", "full").path("msg").asString())
                .isEqualTo("Pool nkap is full of {");
    }

    @Test
    void saysWhereTheLineBelongs() {
        var line = new Scope("create-charge", TRACE, "req_1", "boutique-douala", "ch_1")
                .call(() -> json("msg=created", null));

        assertThat(line.path("function").asString()).isEqualTo("create-charge");
        assertThat(line.path("org").asString()).isEqualTo("boutique-douala");
        assertThat(line.path("payment").asString()).isEqualTo("ch_1");
        assertThat(line.path("request_id").asString()).isEqualTo("req_1");
        assertThat(line.path("trace_id").asString()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(line.path("span_id").asString()).isEqualTo("00f067aa0ba902b7");
    }

    @Test
    void noValueCanForgeALineOrAField() {
        var line = json("msg=refused reason={} status={}", null, FORGERY + " status=200", 403);

        assertThat(line.path("msg").asString()).isEqualTo("refused");
        assertThat(line.path("level").asString()).isEqualTo("WARN");
        assertThat(line.path("status").asString()).isEqualTo("403");
        assertThat(line.path("reason").asString()).startsWith("x\r\nts=2026");
    }

    @Test
    void noTextAndNoExceptionCanForgeALineOfText() {
        String text = written("text", "msg=refused reason={}", new IllegalStateException(FORGERY), FORGERY);

        assertThat(text.lines()).filteredOn(line -> !line.startsWith("  ")).hasSize(1);
        assertThat(text).doesNotContain("\u001b").startsWith("ts=").contains("level=WARN logger=Shop msg=refused");
    }

    @Test
    void anExceptionIsItsClassAndAMaskedStack() {
        var line = json("msg=broken", new IllegalStateException("no answer about 237677123401\nsecond line"));

        assertThat(line.path("error").asString()).isEqualTo("java.lang.IllegalStateException");
        assertThat(line.path("stack").asString())
                .contains("at cm.nkap.function.telemetry.LogEncoderTest")
                .doesNotContain("677123401");
    }

    @Test
    void masksValuesInBothFormats() {
        for (var format : new String[] {"json", "text"}) {
            assertThat(written(format, "msg=sent to={}", null, "+237 677 12 34 01"))
                    .doesNotContain("677 12 34")
                    .contains("msg");
        }
    }

    @Test
    void survivesHalfACharacterAndMissingValues() {
        var line = json("msg=odd one={} two={}", null, "\ud83d");

        assertThat(line.path("two").asString()).isEqualTo("{}");
    }

    @Test
    void isJsonInProductionUnlessSaidOtherwise() {
        assertThat(first("", "production")).isEqualTo('{');
        assertThat(first("text", "production")).isEqualTo('t');
        assertThat(first("", "")).isEqualTo('t');
        assertThat(first("json", "")).isEqualTo('{');
    }

    private char first(String format, String environment) {
        var encoder = new LogEncoder();
        encoder.setFormat(format);
        encoder.setEnvironment(environment);
        var event = new LoggingEvent("test", context.getLogger("x"), Level.INFO, "msg=x", null, new Object[0]);
        return (char) encoder.encode(event)[0];
    }
}
