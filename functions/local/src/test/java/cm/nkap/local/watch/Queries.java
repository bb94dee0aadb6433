package cm.nkap.local.watch;

import cm.nkap.local.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Every query that somebody looks at or is woken by, as it stands in the files that are deployed. */
public final class Queries {
    static final String ALERTS = "infra/prometheus/alerts.yaml";
    private static final Pattern IN_LEGEND = Pattern.compile("\\{\\{([a-z_]+)}}");
    private static final Pattern IN_SUMMARY = Pattern.compile("\\$labels\\.([a-z_]+)");

    /** @param shown labels that its legend or its summary shows */
    record Query(String where, String promql, List<String> shown) {}

    private Queries() {}

    /**
     * What is wrong with any of them.
     *
     * @param known labels of the series that exist, by name
     */
    public static List<String> wrong(Map<String, Set<String>> known) {
        List<String> wrong = new ArrayList<>();
        for (Query query : all()) {
            try {
                var labels = PromQl.read(query.promql, known).labels();
                query.shown.stream()
                        .filter(label -> !label.equals("job") && !labels.contains(label))
                        .forEach(
                                label -> wrong.add(query.where + " shows the label " + label + ", which is not there"));
            } catch (PromQl.Wrong e) {
                wrong.add(query.where + ": " + e.getMessage() + " in " + query.promql);
            }
        }
        return wrong;
    }

    static List<Query> all() {
        List<Query> all = new ArrayList<>();
        for (Board board : Boards.ALL) {
            JsonNode json = JsonMapper.shared().readTree(Repository.text(board.path()));
            for (JsonNode panel : json.path("panels")) {
                for (JsonNode target : panel.path("targets")) {
                    all.add(new Query(
                            board.path() + " \"" + panel.path("title").asString() + "\"",
                            filled(target.path("expr").asString()),
                            found(IN_LEGEND, target.path("legendFormat").asString())));
                }
            }
        }
        alerts().forEach(rule -> all.add(new Query(
                ALERTS + " " + rule.path("alert").asString(),
                rule.path("expr").asString(),
                found(IN_SUMMARY, rule.at("/annotations/summary").asString()))));
        return all;
    }

    static List<JsonNode> alerts() {
        List<JsonNode> rules = new ArrayList<>();
        for (JsonNode group : new YAMLMapper().readTree(Repository.text(ALERTS)).path("groups")) {
            group.path("rules").forEach(rules::add);
        }
        return rules;
    }

    /** With what Grafana puts in. */
    private static String filled(String promql) {
        return promql.replace("$__rate_interval", "5m").replace("$job", ".*");
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1)).toList();
    }
}
