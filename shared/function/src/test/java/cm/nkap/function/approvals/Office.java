package cm.nkap.function.approvals;

import cm.nkap.function.Call;
import cm.nkap.function.Caller;
import cm.nkap.function.Config;
import cm.nkap.function.Database;
import cm.nkap.function.DatabaseConfig;
import cm.nkap.function.Login;
import cm.nkap.function.Orgs;
import cm.nkap.function.Role;
import cm.nkap.function.Tx;
import cm.nkap.function.TxWork;
import cm.nkap.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** People around a database in which a note's text is changed by two of them. */
final class Office implements AutoCloseable {
    static final String SHOP = "boutique-douala";
    static final Caller MAKER = person("s-maker", "maker", "nkap", Role.PLATFORM);
    static final Caller CHECKER = person("s-checker", "checker", "nkap", Role.TREASURY);
    static final Caller THIRD = person("s-third", "third", "nkap", Role.TREASURY);

    final TestDatabase postgres = TestDatabase.create();
    final Database database;

    /** @param people how many must approve; a column of every payload, so that a test can ask for two */
    record Rename(long note, String text, int people) {}

    /** Renames a note; what it acts on can be swapped, as if somebody had edited a draft. */
    static class Renaming implements ApprovalKind<Rename> {
        @Override
        public String name() {
            return "renaming";
        }

        @Override
        public Class<Rename> payload() {
            return Rename.class;
        }

        @Override
        public Set<Role> deciders() {
            return Set.of(Role.PLATFORM, Role.TREASURY);
        }

        @Override
        public int needed(Rename payload) {
            return payload.people;
        }

        @Override
        public String version(Tx tx, Rename payload) {
            return tx.handle()
                    .createQuery("SELECT text FROM notebook.note WHERE id = :id")
                    .bind("id", payload.note)
                    .mapTo(String.class)
                    .one();
        }

        @Override
        public String execute(Tx tx, Call call, Rename payload) {
            tx.handle()
                    .createUpdate("UPDATE notebook.note SET text = :text, amount = amount + 1 WHERE id = :id")
                    .bind("id", payload.note)
                    .bind("text", payload.text)
                    .execute();
            return "note_" + payload.note;
        }
    }

    Office() {
        var settings = new HashMap<>(postgres.settings());
        settings.put("NKAP_DATABASE_POOL", "8");
        // Eight people reach for one row on a machine of any pace.
        settings.put("NKAP_LOCK_TIMEOUT", "25s");
        settings.put("NKAP_STATEMENT_TIMEOUT", "30s");
        database = Database.open(Config.read(settings, DatabaseConfig.class), events -> {});
    }

    static Caller person(String subject, String person, String org, Role... roles) {
        return new Caller(subject, org, Set.of(roles), "console", new Login(person, Instant.now(), "1"));
    }

    static Call by(Caller caller) {
        return new Call(
                caller,
                "req_1",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                Map.of(),
                Map.of(),
                Map.of("x-forwarded-for", "41.202.207.1, 10.0.0.7"),
                "127.0.0.1");
    }

    <T> T as(Caller caller, TxWork<T> work) {
        return database.inTransaction(Orgs.of(caller), work);
    }

    /** A new note of the shop. */
    long note() {
        return database.inTransaction(Orgs.all(), tx -> tx.handle()
                .createQuery("INSERT INTO notebook.note (org_id, text, amount) VALUES (:org, 'old', 0) RETURNING id")
                .bind("org", SHOP)
                .mapTo(Long.class)
                .one());
    }

    /** What a note says and how often it was renamed. */
    String text(long note) {
        return database.inTransaction(Orgs.all(), tx -> tx.handle()
                .createQuery("SELECT text || ' ' || amount FROM notebook.note WHERE id = :id")
                .bind("id", note)
                .mapTo(String.class)
                .one());
    }

    Approval request(Caller maker, Rename rename) {
        return as(
                maker,
                tx -> Approvals.request(
                        tx,
                        by(maker),
                        new Renaming(),
                        new Approvals.Ask<>(SHOP, "note " + rename.note, rename, "it was misspelled")));
    }

    /** One that waits for one more person. */
    String waiting() {
        return request(MAKER, new Rename(note(), "new", 1)).id();
    }

    static Approvals engine() {
        return engine(new Renaming());
    }

    static Approvals engine(ApprovalKind<?> kind) {
        return new Approvals(List.of(kind));
    }

    Approval approve(Caller checker, String id) {
        return as(checker, tx -> engine().approve(tx, by(checker), id, "seen"));
    }

    Approval reject(Caller checker, String id) {
        return as(checker, tx -> engine().reject(tx, by(checker), id, "no"));
    }

    Approval look(String id) {
        return database.read(Orgs.all(), tx -> ApprovalReads.find(tx, id));
    }

    /** As the application's role, seeing everything. */
    void app(String... statements) throws SQLException {
        try (var connection = postgres.app().getConnection()) {
            run(connection, "SELECT set_config('nkap.orgs', '*', true)", statements);
        }
    }

    /** As the owner of the tables. */
    void owner(String... statements) throws SQLException {
        try (var connection = postgres.admin().getConnection()) {
            run(connection, "SET LOCAL ROLE nkap_owner; SELECT set_config('nkap.orgs', '*', true)", statements);
        }
    }

    /** As the administrator, past every policy, and with these triggers off. */
    void withoutTriggers(String... statements) throws SQLException {
        try (var connection = postgres.admin().getConnection()) {
            run(connection, "SET LOCAL session_replication_role = replica", statements);
        }
    }

    private static void run(Connection connection, String first, String... statements) throws SQLException {
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute(first);
            for (String one : statements) {
                statement.execute(one);
            }
            connection.commit();
        }
    }

    @Override
    public void close() {
        database.close();
        postgres.close();
    }
}
