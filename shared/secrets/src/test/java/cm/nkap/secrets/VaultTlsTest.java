package cm.nkap.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.providermock.http.Answer;
import cm.nkap.providermock.http.Call;
import cm.nkap.providermock.vault.VaultSimulator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vault is believed only with a certificate of the authority that the settings name, for the host that they name. */
class VaultTlsTest {
    private static final byte[] PLAIN = StoreContract.bytes("x");
    private static final String PASSWORD = "changeit";

    @TempDir
    private static Path folder;

    private final VaultSimulator vault = new VaultSimulator(InstantSource.system());
    private HttpsServer server;

    @BeforeAll
    static void certificates() throws IOException, InterruptedException {
        certificate("vault", "ip:127.0.0.1");
        certificate("stranger", "ip:127.0.0.1");
        certificate("elsewhere", "dns:vault.example");
    }

    @BeforeEach
    void serve() throws IOException, GeneralSecurityException {
        vault.createKey(StoreKeys.PERSONAL_DATA, "aes256-gcm96");
        server = started("vault");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void believesTheNamedAuthority() {
        try (SecretStore store = store(server, pem("vault"))) {
            assertThat(store.encrypt(StoreKeys.PERSONAL_DATA, PLAIN, PLAIN).version())
                    .isEqualTo(1);
        }
    }

    @Test
    void refusesAnotherAuthorityAndAnotherHost() throws IOException, GeneralSecurityException {
        HttpsServer elsewhere = started("elsewhere");

        refuses(server, pem("stranger"));
        refuses(server, null);
        refuses(elsewhere, pem("elsewhere"));

        elsewhere.stop(0);
        assertThat(vault.logins()).as("no secret was sent").isZero();
    }

    @Test
    void aFileWithoutCertificatesStopsTheStart() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "nothing");

        assertThatThrownBy(() -> store(server, empty)).hasMessageContaining("VAULT_CACERT");
    }

    private static void refuses(HttpsServer server, @Nullable Path authority) {
        try (SecretStore store = store(server, authority)) {
            assertThatThrownBy(() -> store.encrypt(StoreKeys.PERSONAL_DATA, PLAIN, PLAIN))
                    .isInstanceOf(SecretsFailure.Unavailable.class);
        }
    }

    private static SecretStore store(HttpsServer server, @Nullable Path authority) {
        return new VaultSecretStore(new VaultSettings(
                URI.create("https://127.0.0.1:" + server.getAddress().getPort()),
                null,
                authority,
                VaultUnderTest.ROLE,
                "kv",
                "transit",
                VaultUnderTest.QUICK));
    }

    private HttpsServer started(String name) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(folder.resolve(name + ".p12"))) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer made = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        made.setHttpsConfigurator(new HttpsConfigurator(context));
        made.createContext("/", this::answer);
        made.start();
        return made;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = exchange.getRequestHeaders().entrySet().stream()
                    .collect(Collectors.toMap(
                            header -> header.getKey().toLowerCase(Locale.ROOT),
                            header -> header.getValue().getFirst()));
            Answer answer = vault.answer(new Call(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    Map.of(),
                    headers,
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            if (answer instanceof Answer.Page(int status, String type, String text, var _)) {
                byte[] body = text.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", type);
                exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    private static Path pem(String name) {
        return folder.resolve(name + ".pem");
    }

    private static void certificate(String name, String host) throws IOException, InterruptedException {
        String store = folder.resolve(name + ".p12").toString();
        keytool(
                List.of("-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "san=" + host),
                store);
        keytool(
                List.of(
                        "-exportcert",
                        "-rfc",
                        "-alias",
                        name,
                        "-file",
                        pem(name).toString()),
                store);
    }

    private static void keytool(List<String> command, String store) throws IOException, InterruptedException {
        List<String> whole = Stream.of(
                        List.of(Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString()),
                        command,
                        List.of("-keystore", store, "-storepass", PASSWORD, "-storetype", "PKCS12"))
                .flatMap(List::stream)
                .toList();
        Process tool = new ProcessBuilder(whole).redirectErrorStream(true).start();
        String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tool.waitFor(60, TimeUnit.SECONDS) && tool.exitValue() == 0)
                .as(said)
                .isTrue();
    }
}
