package cm.nkap.function;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jdbi.v3.core.Handle;

/**
 * The first statement of a transaction. It travels together with BEGIN, so what it does costs no further round trip:
 * it sets the organisations for row-level security and reads the database's clock, and an idempotent command also
 * claims its key there.
 */
interface Opening {
    Orgs orgs();

    boolean readOnly();

    /** Returns the transaction's time. */
    Instant open(Handle handle);

    static Opening of(Orgs orgs) {
        return new Plain(orgs, false);
    }

    static Opening readOnly(Orgs orgs) {
        return new Plain(orgs, true);
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** Sets the organisations and nothing else. */
    record Plain(Orgs orgs, boolean readOnly) implements Opening {
        @Override
        public Instant open(Handle handle) {
            return handle.createQuery("SELECT now() AS now, set_config('nkap.orgs', :orgs, true) AS orgs")
                    .bind("orgs", orgs.setting())
                    .map((row, context) -> instant(row, "now"))
                    .one();
        }
    }
}
