package cm.nkap.function;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Stands between a client and Postgres and breaks one connection around a COMMIT. */
final class CuttingProxy implements AutoCloseable {
    private enum Cut {
        NEVER,
        BEFORE,
        AFTER
    }

    private final ServerSocket listening;
    private final int target;
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile Cut next = Cut.NEVER;
    private volatile @Nullable Socket swallowFor;

    CuttingProxy(int target) {
        this.target = target;
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    int cuts() {
        return cuts.get();
    }

    /** The next COMMIT is done, but its answer does not arrive. */
    void cutAfterCommit() {
        next = Cut.AFTER;
    }

    /** The next COMMIT does not arrive. */
    void cutBeforeCommit() {
        next = Cut.BEFORE;
    }

    private void accept() {
        try {
            while (true) {
                var client = listening.accept();
                var server = new Socket(InetAddress.getLoopbackAddress(), target);
                Thread.ofVirtual().start(() -> fromClient(client, server));
                Thread.ofVirtual().start(() -> fromServer(client, server));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void fromClient(Socket client, Socket server) {
        var buffer = new byte[64 * 1024];
        try (client) {
            for (int n = client.getInputStream().read(buffer);
                    n > 0;
                    n = client.getInputStream().read(buffer)) {
                // Only the first COMMIT of a connection has its text on the wire; later ones are named.
                var text = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
                boolean commit = text.contains("COMMIT") && !text.contains("BEGIN");
                if (commit && next == Cut.BEFORE) {
                    next = Cut.NEVER;
                    cuts.incrementAndGet();
                    server.close();
                    return;
                }
                if (commit && next == Cut.AFTER) {
                    swallowFor = client;
                }
                server.getOutputStream().write(buffer, 0, n);
            }
            server.close();
        } catch (IOException e) {
            quietly(server);
        }
    }

    private void fromServer(Socket client, Socket server) {
        var buffer = new byte[64 * 1024];
        try (server) {
            for (int n = server.getInputStream().read(buffer);
                    n > 0;
                    n = server.getInputStream().read(buffer)) {
                if (swallowFor == client) {
                    next = Cut.NEVER;
                    swallowFor = null;
                    cuts.incrementAndGet();
                    client.close();
                    return;
                }
                client.getOutputStream().write(buffer, 0, n);
            }
            client.close();
        } catch (IOException e) {
            quietly(client);
        }
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
