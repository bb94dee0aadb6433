package cm.nkap.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/** Loopback ports for this run: the usual one of each server, the next free one when somebody else has it. */
final class Ports {
    private static final int TRIES = 50;

    private final Set<Integer> given = new HashSet<>();

    /** @throws IllegalStateException when none of the next fifty is free */
    int from(int usual) {
        for (int port = usual; port < usual + TRIES; port++) {
            if (!given.contains(port) && isFree(port)) {
                given.add(port);
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + usual + " to " + (usual + TRIES - 1));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
