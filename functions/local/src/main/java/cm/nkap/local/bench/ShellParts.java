package cm.nkap.local.bench;

import cm.nkap.database.Migrations;
import cm.nkap.function.FunctionApplication;
import cm.nkap.function.FunctionModule;
import cm.nkap.testing.Postgres;
import cm.nkap.testing.TokenIssuer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;

/** A Postgres of its own, the bare server, and the shell three times: as it is, with limits, with telemetry. */
final class ShellParts implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final String BODY = "{\"text\":\"a coffee\",\"amount\":500}";

    private final Path folder;
    private final Postgres postgres;
    private final TokenIssuer issuer = TokenIssuer.temporary();
    private final String keys = issuer.serve(0);
    private final BareServer bare;
    private final List<FunctionApplication> opened = new ArrayList<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Rung> rungs;

    /**
     * One way to write the row.
     *
     * @param against the rung that has all but what this one adds
     */
    record Rung(String name, String against, URI address, Supplier<String> token, boolean once) {}

    ShellParts(Path folder) throws IOException {
        this.folder = folder;
        postgres = Postgres.start(folder, 0, Map.of("shared_buffers", "256MB", "max_wal_size", "4GB"));
        Jdbi.create(postgres.adminUrl("postgres")).useHandle(admin -> admin.execute("CREATE DATABASE nkap"));
        Migrations.run(postgres.adminUrl("nkap"));
        admin().useHandle(admin -> admin.createScript("""
                CREATE SCHEMA bench;
                GRANT USAGE ON SCHEMA bench TO nkap_app;
                -- The shell refuses to start on a table with org_id and no policy, so here the column has another name.
                CREATE TABLE bench.note (id text PRIMARY KEY, org text NOT NULL, text text NOT NULL, amount bigint NOT NULL);
                CREATE TABLE bench.owned_note (id text PRIMARY KEY, org_id text NOT NULL, text text NOT NULL, amount bigint NOT NULL,
                    sealed bytea, hash bytea);
                ALTER TABLE bench.owned_note ENABLE ROW LEVEL SECURITY;
                ALTER TABLE bench.owned_note FORCE ROW LEVEL SECURITY;
                CREATE POLICY tenancy ON bench.owned_note USING (nkap.sees(org_id)) WITH CHECK (nkap.sees(org_id));
                GRANT SELECT, INSERT ON bench.note, bench.owned_note TO nkap_app;
                """).execute());
        bare = new BareServer(postgres.url("nkap"));
        int plain = shell(Map.of());
        int limited = shell(Map.of("NKAP_LIMIT_CLIENT_MONEY", "100000", "NKAP_LIMIT_ORG_MONEY", "100000"));
        int watched = shell(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + bare.port()));
        rungs = rungs(plain, limited, watched);
    }

    private List<Rung> rungs(int plain, int limited, int watched) {
        String token = token("user");
        var next = new AtomicInteger();
        Supplier<String> none = () -> "";
        Supplier<String> same = () -> token;
        Supplier<String> other = () -> token("user-" + next.getAndIncrement());
        return List.of(
                new Rung("bare", "", at(bare.port(), "/v1/bare"), none, false),
                new Rung("shell: routes, strict JSON", "bare", at(plain, "/v1/open"), none, false),
                new Rung("token, verified before", "shell: routes, strict JSON", at(plain, "/v1/known"), same, false),
                new Rung("token, never seen", "token, verified before", at(plain, "/v1/known"), other, false),
                new Rung("idempotency", "token, verified before", at(plain, "/v1/once"), same, true),
                new Rung("row security", "idempotency", at(plain, "/v1/owned"), same, true),
                new Rung("event in the outbox", "row security", at(plain, "/v1/told"), same, true),
                new Rung("sealing a number", "event in the outbox", at(plain, "/v1/sealed"), same, true),
                new Rung("rate limits", "sealing a number", at(limited, "/v1/sealed"), same, true),
                new Rung("telemetry, all traces", "sealing a number", at(watched, "/v1/sealed"), same, true));
    }

    List<Rung> rungs() {
        return rungs;
    }

    Meter meter() {
        return Meter.read(admin(), folder.resolve("pg18"));
    }

    /** Made before the clock runs: tokens are signed here. */
    List<HttpRequest> requests(Rung rung, int n) {
        List<HttpRequest> requests = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            var request = HttpRequest.newBuilder(rung.address())
                    .timeout(LONGEST)
                    .header("content-type", "application/json")
                    .POST(BodyPublishers.ofString(BODY));
            String token = rung.token().get();
            if (!token.isEmpty()) {
                request.header("authorization", "Bearer " + token);
            }
            if (rung.once()) {
                request.header("idempotency-key", UUID.randomUUID().toString());
            }
            requests.add(request.build());
        }
        return requests;
    }

    /** Sends one after the other. Nanoseconds of each. */
    long[] write(Rung rung, List<HttpRequest> requests) throws IOException, InterruptedException {
        long[] nanos = new long[requests.size()];
        for (int i = 0; i < nanos.length; i++) {
            long began = System.nanoTime();
            var answer = client.send(requests.get(i), BodyHandlers.ofString());
            nanos[i] = System.nanoTime() - began;
            if (answer.statusCode() != 201) {
                throw new IllegalStateException(
                        rung.name() + " answered " + answer.statusCode() + ": " + answer.body());
            }
        }
        return nanos;
    }

    /** How many rows there are, behind the policies. */
    long rows(String table) {
        return admin().withHandle(admin -> admin.createQuery("SELECT count(*) FROM <table>")
                .define("table", table)
                .mapTo(Long.class)
                .one());
    }

    /** The process id of Postgres. */
    String postmaster() throws IOException {
        return Files.readAllLines(folder.resolve("pg18/postmaster.pid")).getFirst();
    }

    private Jdbi admin() {
        return Jdbi.create(postgres.adminUrl("nkap"));
    }

    private String token(String user) {
        return issuer.mint(
                TokenIssuer.Grant.of(user, "boutique-douala", "merchant").lasting(Duration.ofHours(1)));
    }

    private static URI at(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** A shell before the notes, which only a list in a folder of its own names. */
    private int shell(Map<String, String> more) {
        var settings = new HashMap<String, String>();
        settings.put("DATABASE_URL", postgres.url("nkap"));
        settings.put("DATABASE_USER", "nkap_app");
        settings.put("DATABASE_PASSWORD", "");
        settings.put("NKAP_PORT", "0");
        settings.put("NKAP_ISSUER", TokenIssuer.ISSUER);
        settings.put("NKAP_JWKS_URL", keys);
        settings.put("NKAP_EVENTS", "in-process");
        settings.put("NKAP_DRAIN", "1s");
        settings.put("NKAP_FUNCTIONS", "bench-notes");
        for (String budget : List.of("CLIENT_READS", "CLIENT_MONEY", "ORG_READS", "ORG_MONEY")) {
            settings.put("NKAP_LIMIT_" + budget, "0");
        }
        settings.putAll(more);
        var thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            thread.setContextClassLoader(new URLClassLoader(new URL[] {list()}, before));
            var application = FunctionApplication.start(settings);
            opened.add(application);
            return application.port();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private URL list() {
        try {
            Path imports = folder.resolve("list/META-INF/spring/" + FunctionModule.class.getName() + ".imports");
            Files.createDirectories(imports.getParent());
            Files.writeString(imports, NotesFunction.class.getName() + "\n");
            return folder.resolve("list").toUri().toURL();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        opened.forEach(FunctionApplication::close);
        bare.close();
        issuer.close();
        client.close();
        postgres.close();
    }
}
