package cm.nkap.function.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes log events one to a line: as text for people or as JSON for machines. Both take masked words from {@link LogLine} only.
 * JSON unless said otherwise in production; a stack trace is part of the object there, and stands indented below its line
 * in text.
 */
public final class LogEncoder extends EncoderBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final Set<String> OURS = Set.of("ts", "level", "logger", "msg", "error", "stack");
    private static final int PRINTABLE = 0x20;
    private static final int DELETE = 0x7f;

    private String format = "";
    private String environment = "";

    /** @param said {@code json} or {@code text}; anything else leaves it to the environment */
    public void setFormat(String said) {
        format = said;
    }

    public void setEnvironment(String said) {
        environment = said;
    }

    @Override
    public byte @Nullable [] headerBytes() {
        return null;
    }

    @Override
    public byte @Nullable [] footerBytes() {
        return null;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        boolean isJson = format.equals("json") || (!format.equals("text") && environment.equals("production"));
        return (isJson ? json(LogLine.of(event)) : text(event)).getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ILoggingEvent event) {
        var logger = event.getLoggerName().substring(event.getLoggerName().lastIndexOf('.') + 1);
        var out = new StringBuilder(200)
                .append("ts=")
                .append(TIME.format(Instant.ofEpochMilli(event.getTimeStamp())))
                .append(" level=")
                .append(event.getLevel())
                .append(" logger=")
                .append(logger)
                .append(' ')
                .append(LogLine.whole(event))
                .append('\n');
        // A message may hold line breaks: indented, none of its lines looks like a log line.
        LogLine.stack(event).lines().forEach(frame -> out.append("  ")
                .append(LogLine.oneLine(frame))
                .append('\n'));
        return out.toString();
    }

    private static String json(LogLine line) {
        var out = new StringBuilder(400).append('{');
        pair(out, "ts", TIME.format(line.ts()));
        pair(out, "level", line.level());
        pair(out, "logger", line.logger());
        pair(out, "msg", line.msg());
        line.fields().forEach((name, value) -> pair(out, OURS.contains(name) ? "said_" + name : name, value));
        if (!line.error().isEmpty()) {
            pair(out, "error", line.error());
            pair(out, "stack", line.stack());
        }
        return out.append("}\n").toString();
    }

    private static void pair(StringBuilder out, String name, String value) {
        if (out.length() > 1) {
            out.append(',');
        }
        quoted(out, name);
        out.append(':');
        quoted(out, value);
    }

    private static void quoted(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    boolean isPlain = c >= PRINTABLE && c != DELETE && !isUnpaired(text, i) && !isBreak(c);
                    if (isPlain) {
                        out.append(c);
                    } else {
                        out.append(String.format("\\u%04x", (int) c));
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean isBreak(char c) {
        return (c >= '\u0080' && c < '\u00a0') || c == '\u2028' || c == '\u2029';
    }

    /** Half a character outside the basic plane cannot be written in UTF-8. */
    private static boolean isUnpaired(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
