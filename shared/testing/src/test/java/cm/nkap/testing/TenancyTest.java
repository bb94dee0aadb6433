package cm.nkap.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TenancyTest {
    private final TestDatabase database = TestDatabase.create();

    @BeforeEach
    void twoOrganisationsWithARowEach() throws SQLException {
        Sql.run(database.admin(), "INSERT INTO sample.note (org_id, body) VALUES ('douala', 'd'), ('yaounde', 'y')");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void showsOnlyTheOrganisationsOfTheTransaction() throws SQLException {
        assertThat(bodiesSeenAs("douala")).containsExactly("d");
        assertThat(bodiesSeenAs("douala,yaounde")).containsExactly("d", "y");
        assertThat(bodiesSeenAs("*")).containsExactly("d", "y");
        assertThat(bodiesSeenAs("")).isEmpty();
        assertThat(bodiesSeenAs("doual")).isEmpty();
        assertThat(bodiesSeenAs("%")).isEmpty();
    }

    @Test
    void showsNothingWhenNoOrganisationWasSet() throws SQLException {
        assertThat(Sql.texts(database.app(), "SELECT body FROM sample.note")).isEmpty();
    }

    @Test
    void forgetsTheOrganisationWithItsTransaction() throws SQLException {
        try (Connection app = database.app().getConnection()) {
            app.setAutoCommit(false);
            Sql.texts(app, "SELECT set_config('nkap.orgs', '*', true)");
            app.commit();

            assertThat(Sql.texts(app, "SELECT body FROM sample.note")).isEmpty();
        }
    }

    @Test
    void refusesToWriteForAnotherOrganisation() throws SQLException {
        try (Connection app = database.app().getConnection()) {
            Sql.run(app, "SET nkap.orgs = 'douala'");

            assertThatThrownBy(
                            () -> Sql.run(app, "INSERT INTO sample.note (org_id, body) VALUES ('yaounde', 'forged')"))
                    .hasMessageContaining("row-level security");
            assertThatThrownBy(() -> Sql.run(app, "UPDATE sample.note SET org_id = 'yaounde'"))
                    .hasMessageContaining("row-level security");
            Sql.run(app, "DELETE FROM sample.note");
        }
        assertThat(Sql.texts(database.admin(), "SELECT body FROM sample.note")).containsExactly("y");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET ROLE nkap_owner",
                "SET ROLE postgres",
                "ALTER TABLE sample.note NO FORCE ROW LEVEL SECURITY",
                "DROP POLICY tenancy ON sample.note",
                "TRUNCATE sample.note",
                "CREATE TABLE sample.mine (id int)",
                "CREATE TABLE public.mine (id int)",
                "CREATE TEMP TABLE mine (id int)",
                "CREATE SCHEMA mine",
                "ALTER ROLE nkap_app BYPASSRLS",
                "CREATE OR REPLACE FUNCTION nkap.sees(org text) RETURNS boolean LANGUAGE sql RETURN true",
                "DELETE FROM sample.migration"
            })
    void refusesTheApplicationWhatWouldOpenTheDoor(String attempt) {
        assertThatThrownBy(() -> Sql.run(database.app(), attempt))
                .isInstanceOf(SQLException.class)
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("42501");
    }

    @Test
    void bindsTheOwnerToThePolicyToo() throws SQLException {
        try (Connection owner = database.admin().getConnection()) {
            Sql.run(owner, "SET ROLE nkap_owner");

            assertThat(Sql.texts(owner, "SELECT body FROM sample.note")).isEmpty();
        }
    }

    @Test
    void findsNoFaultInTheApplicationsRole() throws SQLException {
        assertThat(faults()).isEmpty();
    }

    @Test
    void findsEveryWayAroundThePolicy() throws SQLException {
        Sql.run(
                database.admin(),
                "SET ROLE nkap_owner",
                "CREATE TABLE sample.unforced (org_id text)",
                "ALTER TABLE sample.unforced ENABLE ROW LEVEL SECURITY",
                "GRANT SELECT ON sample.unforced TO nkap_app",
                "GRANT TRUNCATE ON sample.note TO nkap_app",
                "CREATE TABLE sample.closed (org_id text)");
        Sql.run(database.admin(), "CREATE TABLE public.owned (id int)", "ALTER TABLE public.owned OWNER TO nkap_app");

        assertThat(faults())
                .containsExactlyInAnyOrder(
                        "role nkap_app owns public.owned",
                        "sample.unforced holds org_id but row-level security is not forced on it",
                        "role nkap_app may TRUNCATE sample.note, which no policy stops",
                        "role nkap_app may TRUNCATE public.owned, which no policy stops");
        assertThat(Sql.texts(database.admin(), "SELECT fault FROM nkap.isolation_faults()"))
                .contains("role postgres is a superuser", "role postgres has BYPASSRLS");
    }

    @Test
    void findsMembershipInTheOwner() throws SQLException {
        Sql.run(database.admin(), "CREATE ROLE careless LOGIN IN ROLE nkap_app, nkap_owner");
        try (Connection admin = database.admin().getConnection()) {
            Sql.run(admin, "SET SESSION AUTHORIZATION careless");

            assertThat(Sql.texts(admin, "SELECT fault FROM nkap.isolation_faults()"))
                    .contains("role careless can act as nkap_owner");
        } finally {
            Sql.run(database.admin(), "DROP ROLE careless");
        }
    }

    @Test
    void costsNoFunctionCallPerRow() throws SQLException {
        String plan = String.join("\n", Sql.texts(database.app(), "EXPLAIN VERBOSE SELECT body FROM sample.note"));

        assertThat(plan).contains("current_setting").doesNotContain("sees(");
    }

    private List<String> faults() throws SQLException {
        return Sql.texts(database.app(), "SELECT fault FROM nkap.isolation_faults()");
    }

    private List<String> bodiesSeenAs(String orgs) throws SQLException {
        try (Connection app = database.app().getConnection()) {
            app.setAutoCommit(false);
            Sql.texts(app, "SELECT set_config('nkap.orgs', '" + orgs + "', true)");
            return Sql.texts(app, "SELECT body FROM sample.note ORDER BY id");
        }
    }
}
