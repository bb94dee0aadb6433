package cm.nkap.local.watch;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.local.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whoever is woken finds out by what and what to do. That the queries measure something, MetricsIT tests. */
class AlertsTest {
    private static final String RUNBOOK = "docs/alerts.md";

    @Test
    void everyRuleSaysHowBadWhatAndWhereToRead() {
        assertThat(Queries.alerts()).hasSizeGreaterThan(15).allSatisfy(rule -> {
            var name = rule.path("alert").asString();
            assertThat(name).matches("[A-Z][A-Za-z]+");
            assertThat(rule.at("/labels/severity").asString()).as(name).isIn("page", "ticket");
            assertThat(rule.at("/annotations/summary").asString()).as(name).isNotBlank();
            assertThat(rule.at("/annotations/runbook_url").asString())
                    .as(name)
                    .isEqualTo(RUNBOOK + "#" + name.toLowerCase(Locale.ROOT));
        });
    }

    @Test
    void theRunbookHasASectionForEachRuleAndNoOther() {
        List<String> sections = Pattern.compile("(?m)^## ([A-Z][A-Za-z]+)$")
                .matcher(Repository.text(RUNBOOK))
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(sections)
                .containsExactlyInAnyOrderElementsOf(Queries.alerts().stream()
                        .map(rule -> rule.path("alert").asString())
                        .toList());
    }

    /** Where Prometheus' own tool is installed it reads the rules too, and evaluates them on the series of alerts_test.yaml. */
    @Test
    void sampleSeriesAreOfRulesThatExist() throws IOException, InterruptedException {
        List<String> rules = Queries.alerts().stream()
                .map(rule -> rule.path("alert").asString())
                .toList();
        assertThat(Pattern.compile("alertname: ([A-Za-z]+)")
                        .matcher(Repository.text("infra/prometheus/alerts_test.yaml"))
                        .results()
                        .map(match -> match.group(1)))
                .hasSizeGreaterThan(5)
                .isSubsetOf(rules);

        var promtool = promtool();
        if (promtool.isPresent()) {
            assertThat(run(promtool.get(), "check", "rules", "alerts.yaml")).contains("SUCCESS");
            assertThat(run(promtool.get(), "test", "rules", "alerts_test.yaml")).contains("SUCCESS");
        }
    }

    private static Optional<String> promtool() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .map(folder -> Path.of(folder, "promtool"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    private static String run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .directory(Repository.at("infra/prometheus").toFile())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
