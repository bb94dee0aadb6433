package cm.nkap.local;

import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** A payment's trace as people read it: everything that happened, in the order of time. */
final class Timeline {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.of("Africa/Douala"));

    private record Line(Instant at, String kind, String text) {}

    private final List<Line> lines = new ArrayList<>();

    private Timeline() {}

    static void print(JsonNode trace, PrintStream out) {
        Timeline timeline = new Timeline();
        timeline.add(trace);
        trace.path("payouts").forEach(timeline::add);
        timeline.lines.sort(Comparator.comparing(Line::at));
        timeline.lines.forEach(
                line -> out.printf("  %s  %-9s %s%n", CLOCK.format(line.at()), line.kind(), line.text()));
        out.println("  trace ids: "
                + trace.path("trace_ids").valueStream().map(JsonNode::asString).collect(Collectors.joining(", ")));
    }

    /** Whole XAF as they are written in Cameroon. */
    static String money(long amount) {
        return String.format(Locale.FRENCH, "%,d F", amount).replace('\u202f', ' ');
    }

    private void add(JsonNode of) {
        of.path("journals").forEach(journal -> add(journal, "posted_at", "journal", journal(journal)));
        of.path("events").forEach(event -> add(event, "time", "event", text(event, "type")));
        of.path("callbacks")
                .forEach(callback -> add(
                        callback,
                        "received_at",
                        "callback",
                        text(callback, "provider") + " calls back by " + text(callback, "method")));
        of.path("provider_requests").forEach(request -> request.path("attempts")
                .forEach(attempt -> add(attempt, "started_at", "provider", attempt(request, attempt))));
    }

    private void add(JsonNode of, String time, String kind, String text) {
        lines.add(new Line(Instant.parse(text(of, time)), kind, text));
    }

    private static String journal(JsonNode journal) {
        return text(journal, "kind") + ": "
                + journal.path("postings").valueStream().map(Timeline::leg).collect(Collectors.joining(", "));
    }

    private static String leg(JsonNode leg) {
        boolean isDebit = leg.path("debit").isNumber();
        return (isDebit ? "DR " : "CR ") + text(leg, "account") + " "
                + money(leg.path(isDebit ? "debit" : "credit").asLong());
    }

    private static String attempt(JsonNode request, JsonNode attempt) {
        return "%s %s, %s: %s%s"
                .formatted(
                        text(request, "provider"),
                        text(request, "kind"),
                        text(attempt, "kind"),
                        attempt.path("outcome").asString("no answer"),
                        attempt.path("http_status").isNumber()
                                ? " (HTTP " + attempt.path("http_status").asInt() + ")"
                                : "");
    }

    private static String text(JsonNode of, String field) {
        return of.path(field).asString("");
    }
}
