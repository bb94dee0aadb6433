package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import cm.nkap.secrets.LocalSecretStore;
import cm.nkap.testing.Until;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Settings that say where their value is kept, instead of the value. */
class SettingsTest {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    @TempDir
    private Path folder;

    private LocalSecretStore store;

    record Account(String user, int limit) {}

    @BeforeEach
    void open() {
        store = LocalSecretStore.open(folder);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aReferenceIsReadFromTheStore() throws IOException {
        write(1, "user=alice\nlimit=3\n");

        Account account =
                settings("vault:kv/nkap/mtn#user", "vault:kv/nkap/mtn#limit").read(Account.class);

        assertThat(account).isEqualTo(new Account("alice", 3));
    }

    @Test
    void everythingThatCannotBeHadIsToldAtOnce() throws IOException {
        write(1, "user=alice\n");

        assertThatThrownBy(() -> settings("vault:kv/nkap/none#user", "vault:kv/nkap/mtn#limit")
                        .read(Account.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NKAP_USER: no secret nkap/none")
                .hasMessageContaining("NKAP_LIMIT: the secret nkap/mtn has no field limit");
        assertThatThrownBy(() -> settings("vault:nkap", "3").read(Account.class))
                .hasMessageContaining("NKAP_USER is not in the form vault:kv/path#field");
    }

    @Test
    void aNewVersionIsFollowedAndABrokenOneIsNot() throws IOException {
        write(1, "user=alice\nlimit=3\n");
        var account =
                settings("vault:kv/nkap/mtn#user", "vault:kv/nkap/mtn#limit").following(Account.class);
        assertThat(account.get()).isEqualTo(new Account("alice", 3)).isSameAs(account.get());

        write(2, "user=bob\nlimit=4\n");

        Until.holds(LIMIT, "the new version is followed", () -> account.get().equals(new Account("bob", 4)));
        write(3, "user=eve\nlimit=many\n");
        Until.holds(
                LIMIT,
                "the broken version is seen",
                () -> store.read("nkap/mtn").version() == 3);
        assertThat(account.get()).isEqualTo(new Account("bob", 4));
    }

    @Test
    void whatCameFromTheStoreIsNeverLogged() throws IOException {
        write(1, "user=canary-7Q\nlimit=3\n");
        var logged = new ListAppender<ILoggingEvent>();
        logged.start();
        var logger = (Logger) LoggerFactory.getLogger(Settings.class);
        logger.addAppender(logged);

        Account account = settings("vault:kv/nkap/mtn#user", "3").read(Account.class);

        logger.detachAppender(logged);
        assertThat(account.user()).isEqualTo("canary-7Q");
        assertThat(logged.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(line -> line.contains("NKAP_USER=*** NKAP_LIMIT=3"))
                .noneMatch(line -> line.contains("canary-7Q"));
    }

    private Settings settings(String user, String limit) {
        return new Settings(Map.of("NKAP_USER", user, "NKAP_LIMIT", limit), store);
    }

    private void write(int version, String text) throws IOException {
        Path file = folder.resolve("kv/nkap/mtn/" + version + ".properties");
        Files.createDirectories(folder.resolve("kv/nkap/mtn"));
        Path made = Files.createTempFile(
                folder, "new", "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(made, text);
        Files.move(made, file);
    }
}
