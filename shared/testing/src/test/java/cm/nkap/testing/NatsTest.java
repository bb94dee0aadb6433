package cm.nkap.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Options;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NatsTest {
    @Test
    void keepsStreamsOverARestartAndLosesThemWhenWiped(@TempDir Path folder) throws Exception {
        try (Nats nats = Nats.start(folder, 0)) {
            publishOne(nats);
            assertThat(messages(nats)).isEqualTo(1);

            nats.restart();
            assertThat(messages(nats)).isEqualTo(1);

            String url = nats.url();
            nats.wipe();
            assertThat(nats.url()).isEqualTo(url);
            assertThat(messages(nats)).isZero();
        }
        assertThat(folder.resolve("nats.pid")).doesNotExist();
    }

    private static void publishOne(Nats nats) throws IOException, InterruptedException, JetStreamApiException {
        Connection connection = connect(nats);
        try {
            connection
                    .jetStreamManagement()
                    .addStream(StreamConfiguration.builder()
                            .name("T")
                            .subjects("t.>")
                            .storageType(StorageType.File)
                            .build());
            connection.jetStream().publish("t.x", "hello".getBytes(StandardCharsets.UTF_8));
        } finally {
            connection.close();
        }
    }

    private static long messages(Nats nats) throws IOException, InterruptedException, JetStreamApiException {
        Connection connection = connect(nats);
        try {
            JetStreamManagement management = connection.jetStreamManagement();
            return management.getStreamNames().contains("T")
                    ? management.getStreamInfo("T").getStreamState().getMsgCount()
                    : 0;
        } finally {
            connection.close();
        }
    }

    private static Connection connect(Nats nats) throws IOException, InterruptedException {
        return io.nats.client.Nats.connect(Options.builder()
                .server(nats.url())
                .connectionTimeout(Duration.ofSeconds(10))
                .build());
    }
}
