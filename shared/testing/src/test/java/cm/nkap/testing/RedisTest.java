package cm.nkap.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisTest {
    @Test
    void forgetsWhenFlushedAndWhenRestarted(@TempDir Path folder) throws IOException {
        try (Redis redis = Redis.start(folder, 0)) {
            ask(redis, "SET k v");
            assertThat(ask(redis, "EXISTS k")).startsWith(":1");

            redis.flush();
            assertThat(ask(redis, "EXISTS k")).startsWith(":0");

            ask(redis, "SET k v");
            redis.restart();
            assertThat(ask(redis, "EXISTS k")).startsWith(":0");
        }
        assertThat(folder.resolve("redis.pid")).doesNotExist();
    }

    private static String ask(Redis redis, String command) throws IOException {
        URI url = URI.create(redis.url());
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] answer = new byte[100];
            int length = socket.getInputStream().read(answer);
            return new String(answer, 0, length, StandardCharsets.US_ASCII);
        }
    }
}
