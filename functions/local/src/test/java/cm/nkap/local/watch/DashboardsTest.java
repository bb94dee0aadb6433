package cm.nkap.local.watch;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.local.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files that Grafana imports are those that the declarations make. */
class DashboardsTest {
    @Test
    void filesAreAsDeclared() throws IOException {
        for (var board : Boards.ALL) {
            if ("write".equals(System.getProperty("nkap.docs"))) {
                Files.createDirectories(Repository.at("infra/grafana/dashboards"));
                Files.writeString(Repository.at(board.path()), board.json());
            }
            assertThat(Repository.text(board.path()))
                    .as(
                            "%s is stale; write it again with: mvn -pl functions/local test -Dtest=DashboardsTest"
                                    + " -Dnkap.docs=write",
                            board.path())
                    .isEqualTo(board.json());
        }
    }

    @Test
    void noFileIsLeftOverAndEachCanBeImported() throws IOException {
        List<String> files;
        try (var found = Files.list(Repository.at("infra/grafana/dashboards"))) {
            files = found.map(file -> "infra/grafana/dashboards/" + file.getFileName())
                    .sorted()
                    .toList();
        }
        assertThat(files)
                .containsExactlyElementsOf(
                        Boards.ALL.stream().map(Board::path).sorted().toList());
        for (var file : files) {
            JsonNode board = JsonMapper.shared().readTree(Repository.text(file));
            assertThat(board.path("schemaVersion").asInt()).isGreaterThanOrEqualTo(36);
            assertThat(board.path("uid").asString()).matches("[a-z-]{1,40}");
            assertThat(board.path("id").isMissingNode())
                    .as("an id would overwrite another dashboard")
                    .isTrue();
            assertThat(board.path("templating")
                            .path("list")
                            .path(0)
                            .path("name")
                            .asString())
                    .isEqualTo("datasource");
            assertThat(board.path("panels")).hasSizeGreaterThan(5).allSatisfy(panel -> {
                assertThat(panel.path("datasource").path("uid").asString()).isEqualTo("${datasource}");
                assertThat(panel.path("targets")).isNotEmpty();
                assertThat(panel.path("description").asString()).isNotEmpty();
            });
        }
    }
}
