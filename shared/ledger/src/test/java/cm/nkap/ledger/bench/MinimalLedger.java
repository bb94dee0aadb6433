package cm.nkap.ledger.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * The least that is still double entry, as one would drive it with pgbench: one call, one commit for each journal. No
 * key, no fingerprint, no floor, no check, no index but the primary keys.
 */
final class MinimalLedger implements Contender {
    private static final String CALL = "SELECT minimal.move(?, ?, ?)";

    @Override
    public String name() {
        return "minimal";
    }

    @Override
    public void install(Server.Database empty, Chart chart) throws SQLException {
        empty.execute(Scripts.text("minimal.sql"));
        empty.execute("INSERT INTO minimal.account (id) SELECT generate_series(0, " + (chart.size() - 1) + ")");
        empty.execute("VACUUM ANALYZE minimal.account");
    }

    @Override
    public Running start(Server.Database database, Chart chart) {
        return new Rows(database);
    }

    private record Rows(Server.Database database) implements Running {
        @Override
        public Session session() throws SQLException {
            Connection connection = DriverManager.getConnection(database.adminUrl());
            return new Caller(connection, connection.prepareStatement(CALL));
        }

        @Override
        public boolean isShared() {
            return false;
        }

        @Override
        public long commits() {
            return 0;
        }

        @Override
        public List<String> faults() {
            return List.of();
        }

        @Override
        public void close() {}
    }

    private record Caller(Connection connection, PreparedStatement call) implements Session {
        @Override
        public boolean post(Move move) throws SQLException {
            call.setLong(1, move.debit());
            call.setLong(2, move.credit());
            call.setLong(3, move.amount());
            call.execute();
            return true;
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
