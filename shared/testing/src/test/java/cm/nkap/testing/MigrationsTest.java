package cm.nkap.testing;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.database.Migrations;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class MigrationsTest {
    @Test
    void changesNothingTheSecondTime() {
        try (TestDatabase database = TestDatabase.create()) {
            assertThat(Migrations.run(database.adminUrl())).containsExactly(new Migrations.Applied("sample", 0, "001"));
        }
    }

    @Test
    void leavesSchemaTablesAndHistoryToTheOwner() throws SQLException {
        try (TestDatabase database = TestDatabase.create()) {
            assertThat(
                            Sql.texts(
                                    database.admin(),
                                    "SELECT tablename || ' ' || tableowner FROM pg_tables WHERE schemaname = 'sample' ORDER BY 1"))
                    .containsExactly("migration nkap_owner", "note nkap_owner");
            assertThat(Sql.texts(
                            database.admin(),
                            "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'sample'"))
                    .containsExactly("nkap_owner");
        }
    }

    @Test
    void bringsBackTheRightsOfARoleThatSomebodyWidened() throws SQLException {
        try (TestDatabase database = TestDatabase.create()) {
            Sql.run(database.admin(), "ALTER ROLE nkap_app CREATEROLE CREATEDB");

            Migrations.run(database.adminUrl());

            assertThat(Sql.texts(
                            database.admin(),
                            "SELECT rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = 'nkap_app'"))
                    .containsExactly("f");
        }
    }

    @Test
    void closesNewFunctionsToEverybodyButTheOwner() throws SQLException {
        try (TestDatabase database = TestDatabase.create()) {
            Sql.run(
                    database.admin(),
                    "SET ROLE nkap_owner",
                    "CREATE FUNCTION sample.secret() RETURNS int LANGUAGE sql RETURN 1");

            assertThat(Sql.texts(
                            database.admin(),
                            "SELECT has_function_privilege('nkap_app', 'sample.secret()', 'EXECUTE')"))
                    .containsExactly("f");
        }
    }
}
