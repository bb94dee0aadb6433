package cm.nkap.local.supply;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.local.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No part that is used has a hole that {@code infra/advisories.txt} knows. */
class AdvisoriesTest {
    private static final String LIST = "infra/advisories.txt";
    private static final Advisories KNOWN = Advisories.parse(Repository.text(LIST));

    /** All functions, the launcher, the simulator and what tests need: this module depends on every other. */
    @Test
    void nothingOnTheClassPathIsBelowAFixedVersion() throws IOException {
        Map<String, String> used = new TreeMap<>();
        Materials.parts(System.getProperty("java.class.path")).forEach(part -> used.put(part.name(), part.version()));
        for (String pom : Repository.files("/pom.xml")) {
            Path classPath = Repository.at(pom).resolveSibling("target/classpath");
            if (Files.exists(classPath)) {
                Materials.parts(Files.readString(classPath)).forEach(part -> used.put(part.name(), part.version()));
            }
        }

        assertThat(used)
                .containsKeys("org.postgresql:postgresql", "io.netty:netty-handler", "org.assertj:assertj-core");
        assertThat(KNOWN.against(used))
                .as("raise the version in pom.xml; without one that is fixed, write down why it does not reach us")
                .isEmpty();
        tellAge(used.size());
    }

    @Test
    void noPinOfTheBuildIsBelowAFixedVersion() {
        String pom = Repository.text("pom.xml");
        Map<String, String> pinned = new TreeMap<>();
        Matcher pin = Pattern.compile(
                        "<groupId>([^<]+)</groupId><artifactId>([^<]+)</artifactId><version>([^<]+)</version>")
                .matcher(pom);
        while (pin.find()) {
            pinned.put(pin.group(1) + ":" + pin.group(2), value(pom, pin.group(3)));
        }

        assertThat(pinned).containsKeys("com.nimbusds:nimbus-jose-jwt", "org.apache.maven.plugins:maven-jar-plugin");
        assertThat(KNOWN.against(pinned)).isEmpty();
    }

    @Test
    void theListHoldsReviewedLines() {
        assertThat(KNOWN.all()).hasSizeGreaterThan(40);
        assertThat(KNOWN.lookedAt()).isAfter(LocalDate.of(2026, 11, 1));
        assertThat(KNOWN.all()).allSatisfy(advisory -> {
            assertThat(advisory.part()).matches("[a-z0-9.-]+:(?:[a-z0-9.-]+|\\*)");
            assertThat(advisory.fixed()).matches("\\d+(\\.\\d+)+(\\.Final)?");
            assertThat(advisory.number()).isNotBlank();
            assertThat(advisory.source()).isNotBlank();
        });
    }

    @Test
    void seesAPartBelowAFixedVersion() {
        assertThat(KNOWN.against(Map.of("org.postgresql:postgresql", "42.7.10")))
                .hasSize(2)
                .anyMatch(found -> found.contains("CVE-2026-42198"));
        assertThat(KNOWN.against(Map.of("io.netty:netty-buffer", "4.2.15.Final")))
                .hasSize(1);
        assertThat(KNOWN.against(Map.of("tools.jackson.core:jackson-databind", "3.1.4-rc1")))
                .hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        "1.5.9, 1.5.25, -1",
        "1.5.25, 1.5.25, 0",
        "4.2.17.Final, 4.2.17, 0",
        "7.7.0.RELEASE, 7.7, 0",
        "3.1.0-rc1, 3.1.0, -1",
        "3.1.0-beta2, 3.1.0-rc1, -1",
        "42.7.10, 42.7.9, 1",
        "0.1.1-beta2, 0.1.0, 1",
    })
    void ordersVersionsAsMavenDoes(String one, String other, int order) {
        assertThat(Integer.signum(Advisories.BY_AGE.compare(one, other))).isEqualTo(order);
    }

    /** For the last lines of ./check; an old list is no failure, or nothing could be built a year from now. */
    private static void tellAge(int parts) throws IOException {
        long days = ChronoUnit.DAYS.between(KNOWN.lookedAt(), LocalDate.now(ZoneOffset.UTC));
        Path target = Files.createDirectories(Repository.at("target"));
        Files.writeString(
                target.resolve("advisories.line"),
                "%d parts hold against %d known advisories; the list is %d days old (%s)%n"
                        .formatted(parts, KNOWN.all().size(), days, LIST));
    }

    private static String value(String pom, String version) {
        if (!version.startsWith("${")) {
            return version;
        }
        String name = version.substring(2, version.length() - 1);
        Matcher property =
                Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)</").matcher(pom);
        return property.find() ? property.group(1) : "0.1.0";
    }
}
