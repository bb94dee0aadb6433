package cm.nkap.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A line to the database that is cut as the test wishes: after so many bytes in one direction, before a statement is
 * delivered or before its answer is. One plan serves one connection; the ones after it are whole.
 */
final class CuttingProxy implements AutoCloseable {
    /** What happens to the next connection. */
    sealed interface Plan {
        /** Nothing. */
        record Whole() implements Plan {}

        /** Closed when so many bytes have passed in this direction. */
        record Cut(boolean toServer, long after) implements Plan {}

        /** Closed instead of delivering what contains this text. */
        record BeforeSending(String text) implements Plan {}

        /** What contains this text is delivered, its answer is not: the line is closed in its place. */
        record InsteadOfAnswering(String text) implements Plan {}

        /** The answer to what contains this text comes when the latch opens, or never. */
        record LateAnswer(String text, CountDownLatch until) implements Plan {}
    }

    private final ServerSocket door;
    private final int upstream;
    private final AtomicReference<Plan> next = new AtomicReference<>(new Plan.Whole());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    CuttingProxy(int upstream) {
        this.upstream = upstream;
        try {
            door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("no port for a proxy", e);
        }
        threads.execute(this::accept);
    }

    void plan(Plan plan) {
        next.set(plan);
    }

    /** The same database by way of this proxy. */
    DataSource of(DataSource database, int socketTimeoutSeconds) {
        PGSimpleDataSource direct = (PGSimpleDataSource) database;
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(direct.getUrl());
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {door.getLocalPort()});
        source.setUser(direct.getUser());
        source.setPassword(direct.getPassword());
        source.setSocketTimeout(socketTimeoutSeconds);
        return source;
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), upstream);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                open.add(client);
                open.add(server);
                Line line = new Line(client, server, next.getAndSet(new Plan.Whole()));
                threads.execute(() -> line.pass(client, server, true));
                threads.execute(() -> line.pass(server, client, false));
            } catch (IOException e) {
                // the proxy is closed, or the server is away
                open.removeIf(Socket::isClosed);
            }
        }
    }

    private static final class Line {
        private final Socket client;
        private final Socket server;
        private final Plan plan;
        private volatile boolean asked;

        Line(Socket client, Socket server, Plan plan) {
            this.client = client;
            this.server = server;
            this.plan = plan;
        }

        void pass(Socket from, Socket to, boolean toServer) {
            byte[] chunk = new byte[8192];
            long passed = 0;
            try (InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                for (int size = in.read(chunk); size >= 0; size = in.read(chunk)) {
                    int allowed = allowed(chunk, size, passed, toServer);
                    out.write(chunk, 0, allowed);
                    out.flush();
                    passed += allowed;
                    if (allowed < size) {
                        break;
                    }
                }
            } catch (IOException e) {
                // the other side was cut first
                passed = 0;
            } finally {
                close(client);
                close(server);
            }
        }

        private int allowed(byte[] chunk, int size, long passed, boolean toServer) {
            return switch (plan) {
                case Plan.Whole _ -> size;
                case Plan.Cut(boolean direction, long after) ->
                    direction == toServer ? (int) Math.min(size, after - passed) : size;
                case Plan.BeforeSending(String text) -> toServer && contains(chunk, size, text) ? 0 : size;
                case Plan.InsteadOfAnswering(String text) -> answered(chunk, size, toServer, text) ? 0 : size;
                case Plan.LateAnswer(String text, CountDownLatch until) -> {
                    if (answered(chunk, size, toServer, text)) {
                        await(until);
                    }
                    yield size;
                }
            };
        }

        /** Whether this is the answer to what contains the text. */
        private boolean answered(byte[] chunk, int size, boolean toServer, String text) {
            if (toServer) {
                asked = asked || contains(chunk, size, text);
                return false;
            }
            return asked;
        }

        private static boolean contains(byte[] chunk, int size, String text) {
            return new String(chunk, 0, size, StandardCharsets.ISO_8859_1).contains(text);
        }

        private static void await(CountDownLatch until) {
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close a socket", e);
        }
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the proxy", e);
        }
        open.forEach(CuttingProxy::close);
        threads.shutdownNow();
    }
}
