package cm.nkap.local;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The catalogue after every migration of every module. */
class RowSecurityTest {
    private static final List<String> DOORS = List.of(
            "SET ROLE nkap_owner",
            "CREATE TABLE payments.unforced (org_id text)",
            "ALTER TABLE payments.unforced ENABLE ROW LEVEL SECURITY",
            "CREATE TABLE payments.blind (org_id text)",
            "ALTER TABLE payments.blind ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE payments.blind FORCE ROW LEVEL SECURITY",
            "CREATE POLICY everything ON payments.blind USING (true)",
            "CREATE TABLE payments.loose (what text)",
            "GRANT SELECT ON payments.loose TO nkap_app",
            "CREATE VIEW payments.window AS SELECT * FROM payments.charge",
            "GRANT SELECT ON payments.window TO nkap_app",
            "CREATE FUNCTION payments.wandering() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
            "CREATE FUNCTION payments.open() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "GRANT EXECUTE ON FUNCTION payments.open() TO PUBLIC",
            "GRANT TRIGGER ON payments.payout TO nkap_app",
            "RESET ROLE",
            "CREATE TABLE payments.own (id int)",
            "ALTER TABLE payments.own OWNER TO nkap_app");

    private final TestDatabase database = TestDatabase.create();

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void everySchemaKeepsOrganisationsApart() throws SQLException {
        try (Connection admin = database.admin().getConnection()) {
            assertThat(RowSecurity.faults(admin)).isEmpty();
            assertThat(names(admin, "SELECT nspname FROM pg_namespace WHERE pg_get_userbyid(nspowner) = 'nkap_owner'"))
                    .as("all of them were looked at")
                    .contains("events", "ledger", "payments", "shell");
        }
    }

    @Test
    void noExceptionOutlivesItsReason() throws SQLException {
        try (Connection admin = database.admin().getConnection()) {
            List<String> tables = names(admin, "SELECT schemaname || '.' || tablename FROM pg_tables");
            List<String> policies =
                    names(admin, "SELECT schemaname || '.' || tablename || ' ' || policyname FROM pg_policies");

            assertThat(tables).containsAll(RowSecurity.NOBODYS.keySet());
            assertThat(policies).containsAll(RowSecurity.OPEN_TO_ALL);
        }
    }

    /** Each view of ours reads a table for its caller, so it asks nkap.sees itself and is a barrier to clever functions. */
    @Test
    void theViewsAreBarriersWhichAskForTheOrganisation() throws SQLException {
        try (Connection admin = database.admin().getConnection()) {
            List<String> views = names(admin, """
                    SELECT schemaname || '.' || viewname FROM pg_views
                     WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema'
                       AND definition LIKE '%nkap.sees(%'
                    """);

            assertThat(views).contains("ledger.leg", "ledger.stored_leg");
        }
    }

    @Test
    void seesWhateverWouldOpenADoor() throws SQLException {
        try (Connection admin = database.admin().getConnection()) {
            for (String planted : DOORS) {
                try (var statement = admin.createStatement()) {
                    statement.execute(planted);
                }
            }

            assertThat(Set.copyOf(RowSecurity.faults(admin)))
                    .contains(
                            "payments.unforced: holds an organisation and is not forced to look",
                            "payments.unforced: holds an organisation and no policy asks nkap.sees",
                            "payments.blind: holds an organisation and no policy asks nkap.sees",
                            "payments.blind everything: a policy shows everything to the application",
                            "payments.loose: can be read and says of no organisation",
                            "payments.window: a view runs with its owner's eyes",
                            "payments.wandering: runs as its owner with a search path that callers choose",
                            "payments.open: may be run by everybody",
                            "payments.payout: may be emptied or extended past its policies",
                            "payments.own: is owned by the application");
        }
    }

    private static List<String> names(Connection admin, String sql) throws SQLException {
        List<String> names = new ArrayList<>();
        try (var statement = admin.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }
}
