package cm.nkap.function.telemetry;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** What a statement does to which table, for example {@code INSERT events.outbox}: few enough to be a span's name. */
record StatementName(String operation, String summary) {
    private static final Pattern WRITES =
            Pattern.compile("(?is)\\b(INSERT\\s+INTO|UPDATE|DELETE\\s+FROM)\\s+(?:ONLY\\s+)?([a-z_][a-z0-9_.]*)");
    private static final Pattern READS = Pattern.compile("(?is)\\bFROM\\s+(?:ONLY\\s+)?([a-z_][a-z0-9_.]*)(?!\\s*\\()");
    private static final Pattern FIRST = Pattern.compile("\\s*([A-Za-z]+)");
    private static final int MOST_KNOWN = 2_000;
    private static final Map<String, StatementName> KNOWN = new ConcurrentHashMap<>();

    static StatementName of(String sql) {
        var known = KNOWN.get(sql);
        if (known != null) {
            return known;
        }
        var read = read(sql);
        // Our statements are constants; were one not, the memory would still be bounded.
        if (KNOWN.size() < MOST_KNOWN) {
            KNOWN.put(sql, read);
        }
        return read;
    }

    private static StatementName read(String sql) {
        var writes = WRITES.matcher(sql);
        if (writes.find()) {
            var operation = writes.group(1).substring(0, 6).toUpperCase(Locale.ROOT);
            return new StatementName(
                    operation, operation + " " + writes.group(2).toLowerCase(Locale.ROOT));
        }
        var first = FIRST.matcher(sql);
        var operation = first.lookingAt() ? first.group(1).toUpperCase(Locale.ROOT) : "SQL";
        var reads = READS.matcher(sql);
        return reads.find()
                ? new StatementName("SELECT", "SELECT " + reads.group(1).toLowerCase(Locale.ROOT))
                : new StatementName(operation, operation);
    }
}
