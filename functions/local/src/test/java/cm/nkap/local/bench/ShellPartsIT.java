package cm.nkap.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.local.bench.ShellParts.Rung;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the benchmark of the shell measures what it says; not how fast. */
class ShellPartsIT {
    @TempDir
    Path folder;

    @Test
    void everyWayWritesItsRowsAndIsComparedWithOneBeforeIt() throws IOException, InterruptedException {
        try (var parts = new ShellParts(folder)) {
            for (Rung rung : parts.rungs()) {
                assertThat(parts.write(rung, parts.requests(rung, 2)))
                        .as(rung.name())
                        .hasSize(2);
            }

            assertThat(parts.rows("bench.note")).isEqualTo(2 * 5);
            assertThat(parts.rows("bench.owned_note")).isEqualTo(2 * 5);
            assertThat(parts.rows("bench.owned_note WHERE sealed IS NOT NULL")).isEqualTo(2 * 3);
            assertThat(parts.rows("events.outbox")).isEqualTo(2 * 4);
            assertThat(parts.rungs().stream().skip(1)).allMatch(rung -> parts.rungs().stream()
                    .anyMatch(other -> other.name().equals(rung.against())));
        }
    }
}
