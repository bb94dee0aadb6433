package cm.nkap.testing;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The only place where tests read the environment: which real parts somebody else has already started, and where
 * binaries and caches are. The names differ from those of a running system on purpose: tests flush and wipe, and must
 * not find the developer's own data because a shell still has its addresses.
 */
final class Given {
    private Given() {}

    /** A Postgres 18 whose administrator may create databases, as a JDBC URL with user and password. */
    static Optional<String> databaseAdminUrl() {
        return variable("NKAP_TEST_DATABASE_ADMIN_URL");
    }

    /** Password of nkap_app on a given Postgres; an embedded one trusts the loopback. */
    static String databasePassword() {
        return variable("NKAP_TEST_DATABASE_PASSWORD").orElse("");
    }

    static Optional<String> redisUrl() {
        return variable("NKAP_TEST_REDIS_URL");
    }

    static Optional<String> natsUrl() {
        return variable("NKAP_TEST_NATS_URL");
    }

    /** A Keycloak with our realm imported, for example {@code http://127.0.0.1:8180}. */
    static Optional<String> keycloakUrl() {
        return variable("NKAP_TEST_KEYCLOAK_URL");
    }

    /** An administrator of the master realm of a given Keycloak. */
    static String keycloakAdmin() {
        return variable("NKAP_TEST_KEYCLOAK_ADMIN").orElse("admin");
    }

    static String keycloakAdminPassword() {
        return variable("NKAP_TEST_KEYCLOAK_ADMIN_PASSWORD").orElse("");
    }

    /** Secret of the functions' client of a given Keycloak. */
    static String keycloakClientSecret() {
        return variable("NKAP_TEST_KEYCLOAK_SECRET").orElse("");
    }

    static Optional<Path> natsBinary() {
        return variable("NATS_SERVER_BIN").map(Path::of);
    }

    /** Folders in which the shell looks for commands, then those that a plain user's PATH lacks. */
    static String[] commandFolders() {
        String path = variable("PATH").orElse("");
        return (path + ":/usr/sbin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin").split(":");
    }

    /** Where downloaded and unpacked binaries are kept between runs. */
    static Path cache() {
        Path caches = variable("XDG_CACHE_HOME")
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"));
        return caches.resolve("nkap");
    }

    private static Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name)).map(String::strip).filter(value -> !value.isEmpty());
    }
}
