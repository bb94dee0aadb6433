package cm.nkap.function;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a failure of the database means for the caller. */
enum SqlFailure {
    /** Another transaction was in the way; the same work in a fresh transaction may pass. */
    RETRY,
    /** A lock or the statement took too long. */
    BUSY,
    /** The connection is gone or cannot be made. */
    UNREACHABLE,
    /** Anything else: a mistake of ours, or no failure of the database at all. */
    OTHER;

    private static final Set<String> CONFLICTS = Set.of("40001", "40P01");
    private static final Set<String> BUSY_STATES = Set.of("55P03", "57014");
    private static final Set<String> AWAY = Set.of("57P01", "57P02", "57P03", "53300", "25P03", "25P04");

    static SqlFailure of(Throwable failure) {
        var sql = sqlException(failure);
        if (sql == null) {
            return OTHER;
        }
        var state = sql.getSQLState() == null ? "" : sql.getSQLState();
        if (CONFLICTS.contains(state)) {
            return RETRY;
        }
        if (BUSY_STATES.contains(state)) {
            return BUSY;
        }
        var away = state.startsWith("08") || AWAY.contains(state) || sql instanceof SQLTransientConnectionException;
        return away ? UNREACHABLE : OTHER;
    }

    static boolean isLockTimeout(Throwable failure) {
        var sql = sqlException(failure);
        return sql != null && "55P03".equals(sql.getSQLState());
    }

    private static @Nullable SQLException sqlException(Throwable failure) {
        Throwable at = failure;
        for (int depth = 0; at != null && depth < 10; depth++) {
            if (at instanceof SQLException sql) {
                return sql;
            }
            at = at.getCause();
        }
        return null;
    }
}
