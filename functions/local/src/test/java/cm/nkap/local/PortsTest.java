package cm.nkap.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void takesTheNextFreeOneWhenSomebodyHasTheUsualOne() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ports ports = new Ports();

            int first = ports.from(taken.getLocalPort());
            int second = ports.from(taken.getLocalPort());

            assertThat(first).isGreaterThan(taken.getLocalPort());
            assertThat(second).isGreaterThan(first);
        }
    }
}
