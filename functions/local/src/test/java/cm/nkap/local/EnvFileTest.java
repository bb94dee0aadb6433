package cm.nkap.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvFileTest {
    @Test
    void givesAShellExactlyWhatWasWritten(@TempDir Path folder) throws Exception {
        String awkward = "a'b \"c\" $HOME `id` \\ é";
        EnvFile file = new EnvFile(folder.resolve("env"));
        file.write(Map.of("NKAP_TEST_VALUE", awkward));

        assertThat(shell(". " + file.file() + "; sh -c 'printf %s \"$NKAP_TEST_VALUE\"'"))
                .isEqualTo(awkward);
    }

    @Test
    void isForItsOwnerOnlyAndGoesWhenDeleted(@TempDir Path folder) throws Exception {
        EnvFile file = new EnvFile(folder.resolve("env"));
        file.write(Map.of("A", "old"));
        file.write(Map.of("A", "new"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.file())))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file.file())).contains("'new'").doesNotContain("old");
        file.delete();
        file.delete();
        assertThat(file.file()).doesNotExist();
    }

    private static String shell(String script) throws IOException {
        Process shell =
                new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
        return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
