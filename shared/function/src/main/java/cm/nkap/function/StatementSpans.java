package cm.nkap.function;

import cm.nkap.function.telemetry.Spans;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Tells of each statement by its text, without what was bound to it. */
final class StatementSpans implements SqlLogger {
    private final Spans spans;

    StatementSpans(Spans spans) {
        this.spans = spans;
    }

    @Override
    public void logAfterExecution(StatementContext statement) {
        tell(statement, null);
    }

    @Override
    public void logException(StatementContext statement, SQLException e) {
        var state = e.getSQLState();
        tell(statement, state == null ? "unknown" : state);
    }

    private void tell(StatementContext statement, @Nullable String sqlState) {
        var sql = statement.getRenderedSql();
        if (sql != null) {
            var took = Duration.ofNanos(Math.max(0, statement.getElapsedTime(ChronoUnit.NANOS)));
            spans.statement(sql, statement.getExecutionMoment(), took, sqlState);
        }
    }
}
