package cm.nkap.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A real Keycloak on the loopback with our realm, imported from the realm's own file. Nobody is in it until
 * {@link KeycloakPeople} put somebody there.
 */
public final class Keycloak implements AutoCloseable {
    public static final String REALM = "nkap";
    public static final String CLIENT = "nkap-functions";

    private static final Duration START_LIMIT = Duration.ofMinutes(5);
    private static final String REALM_FILE = "infra/keycloak/nkap-realm.json";
    private static @Nullable Keycloak shared;

    private final String url;
    private final String admin;
    private final String adminPassword;
    private final String secret;
    private @Nullable Child server;

    private Keycloak(String url, String admin, String adminPassword, String secret) {
        this.url = url;
        this.admin = admin;
        this.adminPassword = adminPassword;
        this.secret = secret;
    }

    /**
     * The one server that all tests of this JVM share, started at first use and gone with the JVM; the one of
     * NKAP_TEST_KEYCLOAK_URL when that is set.
     */
    public static synchronized Keycloak shared() {
        Keycloak running = shared;
        if (running == null) {
            running = Given.keycloakUrl()
                    .map(url -> given(
                            url, Given.keycloakAdmin(), Given.keycloakAdminPassword(), Given.keycloakClientSecret()))
                    .orElseGet(() -> start(
                            Folders.temporary("keycloak"), 0, "jdbc:h2:mem:nkap;NON_KEYWORDS=VALUE;DB_CLOSE_DELAY=-1"));
            shared = running;
        }
        return running;
    }

    /** A server that somebody else runs, with our realm in it. */
    public static Keycloak given(String url, String admin, String adminPassword, String clientSecret) {
        return new Keycloak(url.replaceFirst("/$", ""), admin, adminPassword, clientSecret);
    }

    /**
     * Starts one that keeps its data in {@code folder}, as long as the folder is there.
     *
     * @param port 0 for any free one
     * @param secret of the functions' client; read by the first start, which imports the realm
     */
    public static Keycloak start(Path folder, int port, String adminPassword, String secret) {
        return start(folder.toAbsolutePath(), port, "", adminPassword, secret);
    }

    private static Keycloak start(Path folder, int port, String database) {
        return start(
                folder,
                port,
                database,
                UUID.randomUUID().toString(),
                UUID.randomUUID().toString());
    }

    private static Keycloak start(Path folder, int port, String database, String adminPassword, String secret) {
        int chosen = port == 0 ? Child.freePort() : port;
        Keycloak keycloak = new Keycloak("http://127.0.0.1:" + chosen, "nkap-admin", adminPassword, secret);
        AtExit.then(keycloak::close);
        keycloak.open(laidOut(folder), chosen, database);
        return keycloak;
    }

    /** A home of its own around the shared, unchanging parts of the installation. */
    private static Path laidOut(Path folder) {
        Path installed = KeycloakInstall.find();
        Path home = Folders.created(folder.resolve("home"));
        try {
            for (String part : List.of("lib", "conf", "providers", "themes")) {
                Files.deleteIfExists(home.resolve(part));
                Files.createSymbolicLink(home.resolve(part), installed.resolve(part));
            }
            Files.copy(
                    realmFile(),
                    Folders.created(home.resolve("data/import")).resolve("nkap-realm.json"),
                    StandardCopyOption.REPLACE_EXISTING);
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lay Keycloak out in " + home, e);
        }
    }

    /** The file in the repository, from wherever in it this runs. */
    public static Path realmFile() {
        Path here = Path.of("").toAbsolutePath();
        for (Path folder = here; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(REALM_FILE))) {
                return folder.resolve(REALM_FILE);
            }
        }
        throw new IllegalStateException("no " + REALM_FILE + " above " + here);
    }

    private synchronized void open(Path home, int port, String database) {
        List<String> command = new ArrayList<>(KeycloakInstall.command(home, List.of()));
        command.addAll(List.of(
                "start",
                "--optimized",
                "--import-realm",
                "--cache=local",
                "--http-enabled=true",
                "--hostname-strict=false",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--http-management-port=" + Child.freePort(),
                "--log-level=INFO,io.smallrye.health:OFF"));
        Map<String, String> environment = new HashMap<>();
        environment.put("KC_BOOTSTRAP_ADMIN_USERNAME", admin);
        environment.put("KC_BOOTSTRAP_ADMIN_PASSWORD", adminPassword);
        environment.put("NKAP_KEYCLOAK_SECRET", secret);
        environment.put("NKAP_CONSOLE_URL", "http://localhost:8080/console");
        if (!database.isEmpty()) {
            environment.put("KC_DB_URL", database);
        }
        Child started = Child.start("keycloak", home.resolveSibling("run"), command, environment);
        server = started;
        Until.holds(START_LIMIT, "Keycloak answers at " + url + ", log " + started.logFile(), () -> {
            if (!started.isAlive()) {
                throw new IllegalStateException("Keycloak ended at once; see " + started.logFile());
            }
            return answers();
        });
    }

    private boolean answers() {
        // Waits for an answer instead of asking all the time: what it waits for has two processors to start on.
        HttpRequest ask = HttpRequest.newBuilder(URI.create(realm()))
                .timeout(Duration.ofSeconds(20))
                .build();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(ask, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Where it answers, as NKAP_KEYCLOAK_URL wants it. */
    public String url() {
        return url;
    }

    /** The realm's address, which is also its issuer. */
    public String realm() {
        return url + "/realms/" + REALM;
    }

    public String jwksUrl() {
        return realm() + "/protocol/openid-connect/certs";
    }

    /** What a function has to be told to believe its tokens and ask for its decisions. */
    public Map<String, String> settings() {
        return Map.of(
                "NKAP_ISSUER",
                realm(),
                "NKAP_AUDIENCE",
                "nkap",
                "NKAP_JWKS_URL",
                jwksUrl(),
                "NKAP_KEYCLOAK_URL",
                url,
                "NKAP_KEYCLOAK_SECRET",
                secret);
    }

    /** Makes organisations, people and clients. */
    public KeycloakPeople people() {
        return new KeycloakPeople(this, admin, adminPassword);
    }

    /** Holds it still: connections open, but nobody answers. {@link #resume} lets it go on. */
    public void pause() {
        own().signal("-STOP");
    }

    public void resume() {
        own().signal("-CONT");
    }

    @Override
    public synchronized void close() {
        Child running = server;
        server = null;
        if (running != null) {
            running.signal("-CONT");
            running.stop();
        }
    }

    private synchronized Child own() {
        Child running = server;
        if (running == null) {
            throw new IllegalStateException("the server of NKAP_TEST_KEYCLOAK_URL is not ours to stop");
        }
        return running;
    }
}
