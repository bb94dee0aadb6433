package cm.nkap.local.watch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A dashboard in a few words, and the JSON that Grafana imports. Panels stand three in a row, in their order. */
record Board(String name, String title, List<Panel> panels) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final int COLUMNS = 3;
    private static final int WIDTH = 8;
    private static final int HEIGHT = 7;

    /** @param unit Grafana's name of it */
    record Panel(String title, String unit, String what, List<Query> queries) {}

    record Query(String promql, String legend) {}

    String path() {
        return "infra/grafana/dashboards/" + name + ".json";
    }

    String json() {
        var panelsJson = new ArrayList<Object>();
        for (int i = 0; i < panels.size(); i++) {
            panelsJson.add(panel(i, panels.get(i)));
        }
        var board = new LinkedHashMap<String, Object>();
        board.put("uid", "nkap-" + name);
        board.put("title", "Nkap: " + title);
        board.put("tags", List.of("nkap"));
        board.put("schemaVersion", 39);
        board.put("timezone", "browser");
        board.put("refresh", "30s");
        board.put("time", Map.of("from", "now-6h"));
        board.put("templating", Map.of("list", List.of(source(), job())));
        board.put("panels", panelsJson);
        return JSON.writeValueAsString(board) + "\n";
    }

    private static Map<String, Object> source() {
        return ordered("name", "datasource", "label", "Prometheus", "type", "datasource", "query", "prometheus");
    }

    private static Map<String, Object> job() {
        var job = ordered("name", "job", "label", "Function", "type", "query");
        job.put("datasource", prometheus());
        job.put("query", "label_values(nkap_transaction_duration_seconds_count, job)");
        job.put("multi", true);
        job.put("includeAll", true);
        job.put("allValue", ".*");
        return job;
    }

    private static Map<String, Object> panel(int place, Panel panel) {
        var json = new LinkedHashMap<String, Object>();
        json.put("id", place + 1);
        json.put("type", "timeseries");
        json.put("title", panel.title);
        json.put("description", panel.what);
        json.put("datasource", prometheus());
        var where = new LinkedHashMap<String, Object>();
        where.put("x", place % COLUMNS * WIDTH);
        where.put("y", place / COLUMNS * HEIGHT);
        where.put("w", WIDTH);
        where.put("h", HEIGHT);
        json.put("gridPos", where);
        json.put("fieldConfig", Map.of("defaults", Map.of("unit", panel.unit)));
        var targets = new ArrayList<Object>();
        for (var query : panel.queries) {
            var target = ordered(
                    "refId",
                    Character.toString('A' + targets.size()),
                    "expr",
                    query.promql,
                    "legendFormat",
                    query.legend);
            target.put("exemplar", true);
            targets.add(target);
        }
        json.put("targets", targets);
        return json;
    }

    private static Map<String, Object> prometheus() {
        return ordered("type", "prometheus", "uid", "${datasource}");
    }

    private static Map<String, Object> ordered(String... pairs) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
