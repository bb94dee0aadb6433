package cm.nkap.local.telemetry;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The pages of the trace view: no script, no foreign part, every text escaped. */
final class TracePages {
    private static final int WIDTH = 400;
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.of("Africa/Douala"));

    private TracePages() {}

    static String list(String query, List<Waterfall> traces) {
        var rows = traces.stream().map(TracePages::row).collect(Collectors.joining());
        return page("Traces", """
                <form action="/dev/traces"><input name="q" size="40" value="%s"
                 placeholder="trace id or payment id"> <button>Find</button></form>
                <p>The last traces of this machine, newest first. <a href="/metrics">Metrics</a></p>
                <table><tr><th>began</th><th>what</th><th>took</th><th>spans</th></tr>%s</table>
                """.formatted(escaped(query), rows));
    }

    static String one(List<Waterfall> traces) {
        return page("Trace", traces.stream().map(TracePages::waterfall).collect(Collectors.joining("<hr>")));
    }

    static String nothing(String what) {
        return page("Trace", "<p>No trace here is or names <b>" + escaped(what) + "</b>. Old ones are forgotten.</p>");
    }

    private static String row(Waterfall trace) {
        return "<tr%s><td>%s</td><td><a href=\"/dev/traces/%s\">%s</a></td><td>%s</td><td>%d</td></tr>"
                .formatted(
                        trace.failed() ? " class=\"bad\"" : "",
                        CLOCK.format(trace.began()),
                        trace.id(),
                        escaped(trace.name()),
                        Waterfall.millis(trace.took()),
                        trace.steps().size());
    }

    private static String waterfall(Waterfall trace) {
        var rows = trace.steps().stream().map(step -> row(trace, step)).collect(Collectors.joining());
        return """
                <p><a href="/dev/traces">all traces</a> · <code>%s</code> · %s · %d spans · began %s</p>
                <table>%s</table>
                """.formatted(
                trace.id(), Waterfall.millis(trace.took()), trace.steps().size(), CLOCK.format(trace.began()), rows);
    }

    private static String row(Waterfall trace, Waterfall.Step step) {
        var span = step.span();
        var bar = trace.bar(step, WIDTH);
        var attributes = span.attributes().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(pair ->
                        "<tr><th>" + escaped(pair.getKey()) + "</th><td>" + escaped(pair.getValue()) + "</td></tr>")
                .collect(Collectors.joining());
        var links = span.links().stream()
                .map(id -> "<tr><th>link</th><td><a href=\"/dev/traces/" + id + "\">" + id + "</a></td></tr>")
                .collect(Collectors.joining());
        return """
                <tr%s><td><svg width="%d" height="12"><rect x="%d" y="1" width="%d" height="10"/></svg></td><td>%s</td>
                <td>%s<details><summary>%s <i>%s, %s</i></summary><table>%s%s</table></details></td></tr>
                """.formatted(
                        span.isError() ? " class=\"bad\"" : "",
                        WIDTH,
                        bar[0],
                        bar[1],
                        Waterfall.millis(span.took()),
                        "<span class=\"in\"></span>".repeat(step.depth()),
                        escaped(span.name()),
                        escaped(span.service()),
                        escaped(span.kind()),
                        attributes,
                        links);
    }

    private static String page(String title, String body) {
        return """
                <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Nkap · %s</title>
                <link rel="stylesheet" href="/dev/style.css"></head><body><h1>Nkap · %s</h1>
                %s</body></html>
                """.formatted(title, title, body);
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
