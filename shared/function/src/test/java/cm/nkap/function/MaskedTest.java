package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the process's own configuration of logs writes. */
class MaskedTest {
    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();

    @Test
    void noLineAndNoStackTraceShowsANumberOrAToken() {
        var cause = new IllegalStateException(
                "provider says 237677123401 is barred", new RuntimeException("token=abc.def.1"));
        var thrown = new IllegalArgumentException("for +237 6 77 12 34 01", cause);
        var event = new LoggingEvent(
                "test",
                context.getLogger("test"),
                ch.qos.logback.classic.Level.ERROR,
                "msg=x payer={} amount=650000000",
                thrown,
                new Object[] {"677123401"});

        String line = written(event);

        assertThat(line)
                .contains("payer=2376••••••01 amount=650000000", "provider says 2376••••••01 is barred", "token=•••")
                .contains("at cm.nkap.function.MaskedTest")
                .doesNotContain("7123401")
                .doesNotContain("abc.def");
    }

    private String written(ILoggingEvent event) {
        OutputStreamAppender<ILoggingEvent> out =
                (OutputStreamAppender<ILoggingEvent>) context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)
                        .iteratorForAppenders()
                        .next();
        return new String(out.getEncoder().encode(event), StandardCharsets.UTF_8);
    }
}
