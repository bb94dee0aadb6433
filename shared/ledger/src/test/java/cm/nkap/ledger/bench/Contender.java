package cm.nkap.ledger.bench;

import java.sql.SQLException;
import java.util.List;

/** A ledger that takes part. */
interface Contender {
    String name();

    /** Contenders of the same schema share it. */
    default String schema() {
        return name();
    }

    /** Puts schema and accounts into an empty database, once; every measurement gets a copy of it. */
    void install(Server.Database empty, Chart chart) throws SQLException;

    /** What this one changes in its copy. */
    default void prepare(Server.Database copy) throws SQLException {}

    Running start(Server.Database database, Chart chart) throws SQLException;

    /** At work on one database. */
    interface Running extends AutoCloseable {
        /** What one caller holds; a ledger that posts many callers' moves together shares one among all. */
        Session session() throws SQLException;

        /** Whether one session serves any number of callers at the same time. */
        boolean isShared();

        /** How many commits so far, when that is not the number of moves. */
        long commits();

        /** Looks whether the books are right; one line for each fault. */
        List<String> faults() throws SQLException;

        @Override
        void close() throws SQLException;
    }

    /** One caller's access; not for several threads unless the ledger shares it. */
    interface Session extends AutoCloseable {
        /** Returns when the move is durable, false when it was refused. */
        boolean post(Move move) throws SQLException;

        @Override
        default void close() throws SQLException {}
    }
}
