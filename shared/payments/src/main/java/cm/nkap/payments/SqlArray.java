package cm.nkap.payments;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** A column of values bound as one Postgres array; null elements stay null. */
final class SqlArray implements Argument {
    private final String type;
    private final @Nullable Object[] values;

    SqlArray(String type, @Nullable Object[] values) {
        this.type = type;
        this.values = values;
    }

    @Override
    public void apply(int position, PreparedStatement statement, StatementContext context) throws SQLException {
        statement.setArray(position, context.getConnection().createArrayOf(type, values));
    }
}
