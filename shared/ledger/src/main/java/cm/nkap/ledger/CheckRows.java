package cm.nkap.ledger;

import cm.nkap.ledger.Checks.Check;
import cm.nkap.ledger.Checks.Fault;
import cm.nkap.ledger.Checks.Look;
import cm.nkap.ledger.Checks.OpenFinding;
import cm.nkap.ledger.Checks.Place;
import cm.nkap.ledger.Checks.Progress;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** How far the checks have come and what they found, as it is stored. */
final class CheckRows {
    static final RowMapper<Fault> FAULT =
            (row, context) -> new Fault(row.getLong("at"), row.getString("about"), row.getString("detail"));

    private CheckRows() {}

    static List<String> due(Handle tx, Collection<Check> checks) {
        return tx.createQuery("""
                        SELECT c.name FROM unnest(:names::text[], :rests::bigint[]) AS c (name, rest)
                        LEFT JOIN ledger.checked k ON k.name = c.name
                        WHERE k.name IS NULL OR NOT k.resting
                           OR clock_timestamp() >= k.round_at + make_interval(secs => c.rest / 1000.0)
                        ORDER BY k.ran_at NULLS FIRST
                        """)
                .bind("names", checks.stream().map(Check::name).toArray(String[]::new))
                .bind(
                        "rests",
                        checks.stream().map(check -> check.rest().toMillis()).toArray(Long[]::new))
                .mapTo(String.class)
                .list();
    }

    /** Takes a check for this transaction; nothing when another one has it. */
    static Optional<Place> take(Handle tx, String name) {
        // a plan made for small tables would read the large ones whole
        tx.createQuery(
                        "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true)")
                .mapTo(String.class)
                .one();
        tx.createUpdate("INSERT INTO ledger.checked (name) VALUES (:name) ON CONFLICT (name) DO NOTHING")
                .bind("name", name)
                .execute();
        return tx.createQuery("SELECT seq, state FROM ledger.checked WHERE name = :name FOR NO KEY UPDATE SKIP LOCKED")
                .bind("name", name)
                .map((row, context) -> new Place(row.getLong("seq"), row.getString("state")))
                .findOne();
    }

    static void save(Handle tx, String name, Look look) {
        tx.createUpdate("""
                        UPDATE ledger.checked SET seq = :seq, state = :state, lag = :lag, resting = :ended, ran_at = clock_timestamp(),
                               round_at = CASE WHEN resting THEN clock_timestamp() ELSE round_at END,
                               ended_at = CASE WHEN :ended THEN clock_timestamp() ELSE ended_at END
                        WHERE name = :name
                        """)
                .bind("name", name)
                .bind("seq", look.next().seq())
                .bind("state", look.next().state())
                .bind("lag", look.lag())
                .bind("ended", look.ended())
                .execute();
    }

    /** Puts a check that could not be made behind the others. */
    static void touch(Handle tx, String name) {
        tx.createUpdate("UPDATE ledger.checked SET ran_at = clock_timestamp() WHERE name = :name")
                .bind("name", name)
                .execute();
    }

    static long lag(Handle tx, String name) {
        return tx.createQuery("SELECT lag FROM ledger.checked WHERE name = :name")
                .bind("name", name)
                .mapTo(Long.class)
                .one();
    }

    /** What a check has found and not seen gone, the one it looked at longest ago first. */
    static List<Fault> open(Handle tx, String name) {
        return tx.createQuery("""
                        SELECT at, about, detail FROM ledger.finding
                        WHERE check_name = :name AND gone_at IS NULL ORDER BY seen_at, id
                        """).bind("name", name).map(FAULT).list();
    }

    static void found(Handle tx, String name, List<Fault> faults) {
        if (!faults.isEmpty()) {
            tx.createUpdate("""
                            INSERT INTO ledger.finding (check_name, at, about, detail)
                            SELECT :name, f.at, f.about, f.detail
                            FROM unnest(:ats::bigint[], :abouts::text[], :details::text[]) AS f (at, about, detail)
                            """)
                    .bind("name", name)
                    .bind("ats", faults.stream().map(Fault::at).toArray(Long[]::new))
                    .bind("abouts", abouts(faults))
                    .bind("details", details(faults))
                    .execute();
        }
    }

    static void seenAgain(Handle tx, String name, List<Fault> faults) {
        if (!faults.isEmpty()) {
            tx.createUpdate("""
                            UPDATE ledger.finding o SET seen_at = clock_timestamp(), detail = f.detail
                            FROM unnest(:abouts::text[], :details::text[]) AS f (about, detail)
                            WHERE o.check_name = :name AND o.about = f.about AND o.gone_at IS NULL
                            """)
                    .bind("name", name)
                    .bind("abouts", abouts(faults))
                    .bind("details", details(faults))
                    .execute();
        }
    }

    static void gone(Handle tx, String name, List<Fault> faults) {
        if (!faults.isEmpty()) {
            tx.createUpdate("""
                            UPDATE ledger.finding SET gone_at = clock_timestamp()
                            WHERE check_name = :name AND about = ANY (:abouts::text[]) AND gone_at IS NULL
                            """)
                    .bind("name", name)
                    .bind("abouts", abouts(faults))
                    .execute();
        }
    }

    static List<Progress> progress(Handle tx) {
        Map<String, Progress> checks = new LinkedHashMap<>();
        tx.createQuery("""
                        SELECT k.name, k.ran_at, k.ended_at, k.lag, f.about, f.detail, f.found_at FROM ledger.checked k
                        LEFT JOIN ledger.finding f ON f.check_name = k.name AND f.gone_at IS NULL ORDER BY k.name, f.id
                        """)
                .map((row, context) -> {
                    Instant foundAt = instant(row, "found_at");
                    List<OpenFinding> one = foundAt == null
                            ? List.of()
                            : List.of(new OpenFinding(row.getString("about"), row.getString("detail"), foundAt));
                    return new Progress(
                            row.getString("name"),
                            instant(row, "ran_at"),
                            instant(row, "ended_at"),
                            row.getLong("lag"),
                            one);
                })
                .forEach(line -> checks.merge(line.check(), line, CheckRows::together));
        return List.copyOf(checks.values());
    }

    private static Progress together(Progress check, Progress line) {
        List<OpenFinding> all = new ArrayList<>(check.findings());
        all.addAll(line.findings());
        return new Progress(check.check(), check.ranAt(), check.completeAt(), check.lag(), List.copyOf(all));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static String[] abouts(List<Fault> faults) {
        return faults.stream().map(Fault::about).toArray(String[]::new);
    }

    private static String[] details(List<Fault> faults) {
        return faults.stream().map(Fault::detail).toArray(String[]::new);
    }
}
