package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.HttpRoute;
import cm.nkap.testing.Seeds;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Random reads as one organisation, by SQL under the application's role and by every read route, of a system that holds
 * another's payments. {@code -Dnkap.fuzz=10000} makes it ten thousand.
 */
class TenancyFuzzIT {
    private static final int READS = Integer.getInteger("nkap.fuzz", 1_000);
    private static final String NO_ROWS = "-";
    private static final NkapSystem NKAP = NkapSystem.start();
    private static final Prey PREY = new Prey(NKAP);
    private static final Shop READER = NKAP.shop();

    private final Random random = Seeds.random("TenancyFuzzIT");
    private final List<String> leaks = new ArrayList<>();

    @AfterAll
    static void stop() {
        NKAP.close();
    }

    /** A table or view that the application may read. */
    private record Source(String name, List<String> columns) {}

    @Test
    void randomStatementsShowNothingOfAnother() throws SQLException {
        READER.ended(READER.charge(3_000, Shop.somebody()));
        int foreign = 0;
        try (Connection app = NKAP.surroundings.database.app().getConnection();
                Connection admin = NKAP.surroundings.database.admin().getConnection()) {
            app.setAutoCommit(false);
            List<Source> all = sources(app);
            for (int i = 0; i < READS; i++) {
                String sql = statement(all);
                String seen = text(app, READER.org, sql);
                PREY.in(seen).stream()
                        .filter(mark -> !sql.contains(mark.replace("\"", "")))
                        .forEach(mark -> leaks.add(mark + " by " + sql));
                foreign += i % 50 == 0 && !PREY.in(text(admin, "*", sql)).isEmpty() ? 1 : 0;
            }
            System.out.printf("%d random statements over %d tables and views%n", READS, all.size());
        }

        assertThat(leaks).isEmpty();
        assertThat(foreign)
                .as("the same statements find something without the policies")
                .isPositive();
    }

    /** Asked for by its own name: nothing is there, and no error tells that it is. */
    @Test
    void everyTableDeniesWhatIsAnothers() throws SQLException {
        Map<String, Long> found = new TreeMap<>();
        try (Connection app = NKAP.surroundings.database.app().getConnection();
                Connection admin = NKAP.surroundings.database.admin().getConnection()) {
            app.setAutoCommit(false);
            for (Source table : sources(app)) {
                String column = table.columns.contains("org_id") ? "org_id" : "tenant";
                if (table.columns.contains(column)) {
                    String where = " FROM " + table.name + " WHERE " + column + " = '" + PREY.shop.org + "'";
                    found.put(table.name, Long.valueOf(text(admin, "*", "SELECT count(*)" + where)));
                    assertThat(text(app, READER.org, "SELECT count(*)" + where))
                            .as(table.name)
                            .isEqualTo("0");
                    assertThat(text(
                                    app,
                                    READER.org,
                                    "SELECT 1 / (CASE WHEN " + column + " = '" + PREY.shop.org
                                            + "' THEN 0 ELSE 1 END) FROM " + table.name))
                            .as("%s by an error", table.name)
                            .doesNotContain("division");
                }
            }
        }

        assertThat(found.values().stream().filter(rows -> rows > 0).count())
                .as("tables where the other has rows: %s", found)
                .isGreaterThanOrEqualTo(10);
    }

    @Test
    void randomReadsByHttpShowNothingOfAnother() {
        List<HttpRoute> routes = NKAP.functions.context().getBeansOfType(HttpRoute.class).values().stream()
                .filter(route -> route.methods().contains("GET") && !route.isOpen())
                .toList();
        List<String> ids = new ArrayList<>(PREY.ids.values());
        ids.addAll(List.of("%", "*", "'", "..", READER.merchant, READER.org, "null"));
        List<Api> readers =
                List.of(READER.api, NKAP.caller(READER.org, "org-admin"), NKAP.caller("clients", "customer"));
        List<String> names = List.of(
                "starting_after",
                "merchant",
                "payment",
                "about",
                "organisation",
                "reference",
                "status",
                "org_id",
                "type");
        Map<Integer, Integer> statuses = new TreeMap<>();
        for (int i = 0; i < READS / 2; i++) {
            String path = routes.get(random.nextInt(routes.size())).template();
            String id = java.net.URLEncoder.encode(any(ids), java.nio.charset.StandardCharsets.UTF_8);
            String query =
                    random.nextBoolean() ? "" : "?" + any(names) + "=" + id + "&limit=" + (1 + random.nextInt(100));
            var answer = readers.get(random.nextInt(readers.size())).get(path.replaceAll("\\{[^}]*}", id) + query);
            // Without Keycloak nobody's members and clients are there; KeycloakIT reads them with one.
            boolean isNobodys = answer.at("/code").equals("identity_provider_unavailable");
            statuses.merge(isNobodys ? 404 : answer.status(), 1, Integer::sum);
            for (String mark : PREY.in(answer.raw().body())) {
                leaks.add(mark + " by " + path + query);
            }
        }
        System.out.printf("%d random reads by HTTP, answers %s%n", READS / 2, statuses);

        assertThat(leaks).isEmpty();
        assertThat(statuses.keySet()).isSubsetOf(200, 400, 403, 404);
    }

    private String any(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** Nothing here is a caller's words: table and column names come from the catalogue, ids are our own. */
    private String statement(List<Source> all) {
        Source one = all.get(random.nextInt(all.size()));
        Source other = all.get(random.nextInt(all.size()));
        String column = any(one.columns);
        String id = any(List.copyOf(PREY.ids.values()));
        String where =
                switch (random.nextInt(6)) {
                    case 0 -> "true";
                    case 1 -> "a." + column + "::text = '" + id + "'";
                    case 2 -> "a." + column + "::text LIKE '%" + id.substring(id.length() / 2) + "%'";
                    case 3 ->
                        "a." + column + "::text IN (SELECT b." + any(other.columns) + "::text FROM " + other.name
                                + " b)";
                    case 4 -> "a." + column + " IS NOT NULL OR a." + column + "::text = '" + id + "'";
                    default ->
                        "EXISTS (SELECT FROM " + other.name + " b WHERE b." + any(other.columns) + "::text <> a."
                                + column + "::text)";
                };
        String from = " FROM " + one.name + " a WHERE " + where;
        return switch (random.nextInt(5)) {
            case 0 -> "SELECT a::text" + from + " LIMIT 200";
            case 1 -> "SELECT a." + any(one.columns) + "::text" + from + " ORDER BY 1 DESC LIMIT 200";
            case 2 -> "SELECT string_agg(a::text, ' ')" + from;
            case 3 -> "WITH w AS MATERIALIZED (SELECT a.*" + from + ") SELECT to_json(w)::text FROM w LIMIT 200";
            default -> "SELECT min(a." + column + "::text), max(a." + column + "::text)" + from;
        };
    }

    /** What a statement shows of its first two columns, or the error that it ends with. */
    private static String text(Connection connection, String orgs, String sql) throws SQLException {
        StringBuilder seen = new StringBuilder();
        boolean ends = !connection.getAutoCommit();
        try (var statement = connection.createStatement()) {
            if (ends) {
                statement.execute("SELECT set_config('nkap.orgs', '" + orgs + "', true)");
                statement.execute("SET LOCAL statement_timeout = '5s'");
            }
            try (ResultSet rows = statement.executeQuery(sql)) {
                int columns = rows.getMetaData().getColumnCount();
                while (rows.next()) {
                    for (int i = 1; i <= columns; i++) {
                        seen.append(rows.getString(i)).append(i < columns ? "\n" : "");
                    }
                }
            }
        } catch (SQLException e) {
            seen.append(e.getMessage());
        }
        if (ends) {
            connection.rollback();
        }
        return seen.isEmpty() ? NO_ROWS : seen.toString();
    }

    private static List<Source> sources(Connection app) throws SQLException {
        Map<String, List<String>> columns = new TreeMap<>();
        try (var statement = app.createStatement();
                var rows = statement.executeQuery("""
                        SELECT n.nspname || '.' || quote_ident(c.relname), a.attname
                          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                         WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname !~ '^pg_'
                           AND n.nspname <> 'information_schema' AND has_column_privilege(c.oid, a.attnum, 'SELECT')
                           -- Ids of events beside names of functions; it belongs to nobody.
                           AND (n.nspname, c.relname) <> ('events', 'inbox')
                         ORDER BY 1, a.attnum
                        """)) {
            while (rows.next()) {
                columns.computeIfAbsent(rows.getString(1), name -> new ArrayList<>())
                        .add(rows.getString(2));
            }
        }
        app.rollback();
        return columns.entrySet().stream()
                .map(table -> new Source(table.getKey(), table.getValue()))
                .toList();
    }
}
