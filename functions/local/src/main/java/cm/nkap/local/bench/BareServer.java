package cm.nkap.local.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.json.JsonMapper;

/** What the shell is measured against: the same server, pool and statement by hand, and nothing else. */
final class BareServer implements AutoCloseable {
    private static final String INSERT = "INSERT INTO bench.note (id, org, text, amount) VALUES (?, ?, ?, ?)";

    private final JsonMapper json = JsonMapper.builder().build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HikariDataSource pool;
    private final HttpServer server;

    BareServer(String url) throws IOException {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername("nkap_app");
        config.setPassword("");
        config.setMaximumPoolSize(10);
        pool = new HikariDataSource(config);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(threads);
        server.createContext("/v1/bare", this::write);
        // Where telemetry is sent to: taken and forgotten.
        server.createContext("/v1/", BareServer::forget);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void write(HttpExchange exchange) throws IOException {
        try (exchange;
                var connection = pool.getConnection();
                var insert = connection.prepareStatement(INSERT)) {
            var asked = json.readValue(exchange.getRequestBody().readAllBytes(), NotesFunction.WriteNote.class);
            var note = new NotesFunction.Note(UUID.randomUUID().toString(), asked.text(), asked.amount());
            insert.setString(1, note.id());
            insert.setString(2, "nobody");
            insert.setString(3, note.text());
            insert.setLong(4, note.amount());
            insert.executeUpdate();
            byte[] answer = json.writeValueAsBytes(note);
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(201, answer.length);
            exchange.getResponseBody().write(answer);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private static void forget(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            exchange.getResponseHeaders().set("content-type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
        pool.close();
    }
}
