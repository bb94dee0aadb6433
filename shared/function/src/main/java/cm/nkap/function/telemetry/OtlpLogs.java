package cm.nkap.function.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import cm.nkap.function.Scope;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.LoggerProvider;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands every log line to OpenTelemetry too, under the span that it was written in. */
final class OtlpLogs extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("exception.type");
    private static final AttributeKey<String> STACK = AttributeKey.stringKey("exception.stacktrace");

    private final LoggerProvider loggers;

    private OtlpLogs(LoggerProvider loggers) {
        this.loggers = loggers;
    }

    /** Begins; what it returns ends it. */
    static Runnable begin(LoggerProvider loggers) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return () -> {};
        }
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        var appender = new OtlpLogs(loggers);
        appender.setContext(context);
        appender.start();
        root.addAppender(appender);
        return () -> {
            root.detachAppender(appender);
            appender.stop();
        };
    }

    @Override
    protected void append(ILoggingEvent event) {
        var line = LogLine.of(event);
        var traceparent = Scope.current().traceparent();
        var span = traceparent == null ? Span.getInvalid() : Span.wrap(Traceparent.local(traceparent));
        var logged = loggers.get(line.logger())
                .logRecordBuilder()
                .setContext(Context.root().with(span))
                .setTimestamp(line.ts())
                .setSeverity(severity(event.getLevel()))
                .setSeverityText(line.level())
                .setBody(line.msg());
        line.fields().forEach((name, value) -> logged.setAttribute(AttributeKey.stringKey(name), value));
        if (!line.error().isEmpty()) {
            logged.setAttribute(ERROR, line.error()).setAttribute(STACK, line.stack());
        }
        logged.emit();
    }

    private static Severity severity(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> Severity.ERROR;
            case Level.WARN_INT -> Severity.WARN;
            case Level.INFO_INT -> Severity.INFO;
            case Level.DEBUG_INT -> Severity.DEBUG;
            default -> Severity.TRACE;
        };
    }
}
