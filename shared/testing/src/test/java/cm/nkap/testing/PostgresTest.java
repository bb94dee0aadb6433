package cm.nkap.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresTest {
    @Test
    void isAsDurableAsInProduction() throws SQLException {
        try (TestDatabase database = TestDatabase.create()) {
            for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
                assertThat(Sql.texts(database.admin(), "SHOW " + setting)).containsExactly("on");
            }
            assertThat(Sql.texts(database.admin(), "SHOW server_version_num").getFirst())
                    .startsWith("18");
        }
    }

    @Test
    void givesEachTestADatabaseOfItsOwn() throws SQLException {
        try (TestDatabase one = TestDatabase.create();
                TestDatabase other = TestDatabase.create()) {
            Sql.run(one.admin(), "INSERT INTO sample.note (org_id, body) VALUES ('douala', 'd')");

            assertThat(Sql.texts(other.admin(), "SELECT body FROM sample.note")).isEmpty();
            assertThat(Sql.texts(other.app(), "SELECT current_user::text")).containsExactly("nkap_app");
        }
    }

    @Test
    void keepsItsDataOverARestartAndRedoesAHalfMadeCluster(@TempDir Path folder) throws Exception {
        Path half = Files.createDirectories(folder.resolve("pg18"));
        Files.writeString(half.resolve("postgresql.conf"), "nonsense");

        try (Postgres postgres = Postgres.start(folder, 0, Map.of("shared_buffers", "16MB"))) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(postgres.adminUrl("postgres"));
            Sql.run(source, "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (7)");

            postgres.restart();

            assertThat(Sql.texts(source, "SELECT id FROM kept")).containsExactly("7");
        }
        assertThat(folder.resolve("pg18/postmaster.pid")).doesNotExist();
    }

    @Test
    void keepsWhatWasCommittedOverAKillAndNothingElse(@TempDir Path folder) throws Exception {
        try (Postgres postgres = Postgres.start(folder, 0, Map.of("shared_buffers", "16MB"))) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(postgres.adminUrl("postgres"));
            Sql.run(source, "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (7)");
            try (Connection open = source.getConnection();
                    Statement statement = open.createStatement()) {
                open.setAutoCommit(false);
                statement.execute("INSERT INTO kept VALUES (8)");
                postgres.kill();
                assertThatThrownBy(open::commit).isInstanceOf(SQLException.class);
            }
            assertThatThrownBy(source::getConnection).isInstanceOf(SQLException.class);

            postgres.restart();

            assertThat(Sql.texts(source, "SELECT id FROM kept")).containsExactly("7");
        }
    }

    @Test
    void namesADatabaseInsideAGivenUrl() {
        Postgres given = Postgres.given("jdbc:postgresql://db.example:6432/postgres?user=admin&sslmode=require");

        assertThat(given.adminUrl("x")).isEqualTo("jdbc:postgresql://db.example:6432/x?user=admin&sslmode=require");
        assertThat(given.url("x")).isEqualTo("jdbc:postgresql://db.example:6432/x");
    }
}
