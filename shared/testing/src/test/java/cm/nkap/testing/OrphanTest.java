package cm.nkap.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

class OrphanTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Runs in a JVM of its own, which the test kills. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] args) throws Exception {
            Path folder = Path.of(args[0]);
            Postgres postgres = Postgres.start(folder.resolve("postgres"), 0, Map.of("shared_buffers", "16MB"));
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(postgres.adminUrl("postgres"));
            Sql.run(source, "CREATE TABLE kept AS SELECT 7 AS id");
            Redis redis = Redis.start(folder.resolve("redis"), 0);
            Nats nats = Nats.start(folder.resolve("nats"), 0);
            System.out.println("ready " + postgres.port() + " " + redis.url() + " " + nats.url());
            while (true) {
                LockSupport.park();
            }
        }
    }

    @Test
    void endsWhatAKilledJvmLeftRunningAndKeepsItsData(@TempDir Path folder) throws Exception {
        String[] ready = runAndKillVictim(folder).split(" ");
        List<ProcessHandle> orphans = List.of(
                process(folder.resolve("postgres/pg18/postmaster.pid")),
                process(folder.resolve("redis/redis.pid")),
                process(folder.resolve("nats/nats.pid")));
        assertThat(orphans).allMatch(Child::lives);

        int port = Integer.parseInt(ready[1]);
        try (Postgres postgres = Postgres.start(folder.resolve("postgres"), port, Map.of("shared_buffers", "24MB"));
                Redis redis = Redis.start(folder.resolve("redis"), portOf(ready[2]));
                Nats nats = Nats.start(folder.resolve("nats"), portOf(ready[3]))) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(postgres.adminUrl("postgres"));

            assertThat(Sql.texts(source, "SELECT id FROM kept")).containsExactly("7");
            assertThat(Sql.texts(source, "SHOW shared_buffers")).containsExactly("24MB");
            assertThat(redis.url()).isEqualTo(ready[2]);
            assertThat(nats.url()).isEqualTo(ready[3]);
            assertThat(orphans).noneMatch(Child::lives);
        }
    }

    @Test
    void sweepsTheFolderOfADeadJvmWithItsProcesses(@TempDir Path base) throws Exception {
        Path folder = Folders.created(base.resolve("jvm-999999999-1").resolve("nats"));
        Child child = Child.start("sleep", folder, List.of("sleep", "300"));

        Folders.sweep(base);

        Until.holds(LIMIT, "the orphan ends", () -> !child.isAlive());
        assertThat(base.resolve("jvm-999999999-1")).doesNotExist();
    }

    @Test
    void leavesAProcessAloneThatOnlyHasTheNumberOfOurs(@TempDir Path folder) throws IOException {
        Process stranger = new ProcessBuilder("sleep", "300").start();
        try {
            Mark mark = Mark.of(stranger.toHandle());
            Path recycled = folder.resolve("recycled.pid");
            Files.writeString(recycled, new Mark(mark.pid(), mark.started() - 60_000, mark.executable()).text());
            Path other = folder.resolve("other.pid");
            Files.writeString(other, new Mark(mark.pid(), mark.started(), "/usr/sbin/nats-server").text());
            Path postmaster = Files.createDirectories(folder.resolve("pg18")).resolve("postmaster.pid");
            Files.writeString(postmaster, stranger.pid() + "\n");

            Child.endOrphans(folder);
            Child.endOrphan(recycled);

            assertThat(stranger.isAlive()).isTrue();
            assertThat(recycled).doesNotExist();
        } finally {
            stranger.destroyForcibly();
        }
    }

    private static String runAndKillVictim(Path folder) throws IOException, InterruptedException {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        folder.toString())
                .redirectError(folder.resolve("victim.log").toFile())
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            String line = output.readLine();
            assertThat(line).as("see victim.log: %s", folder).startsWith("ready ");
            return line;
        } finally {
            jvm.destroyForcibly().waitFor();
        }
    }

    private static ProcessHandle process(Path pidFile) throws IOException {
        String pid = Files.readString(pidFile).split("\\s")[0];
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    private static int portOf(String url) {
        return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
    }
}
