package cm.nkap.local;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.local.TidyRule.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** House rules that a machine can hold (CONTRIBUTING.md), so that people need not. */
class TidyTest {
    private static final String TEST_RESOURCES = "functions/local/src/test/resources/tidy/";
    private static final int POM_LINES = 30;
    private static final int README_LINES = 30;
    private static final List<JavaSource> SOURCES = JavaSource.all();
    /** What is too long today, with the length it may have: entries leave this list, none joins it. */
    private static final Map<String, Integer> RATCHET = ratchet();

    @ParameterizedTest
    @EnumSource(TidyRule.class)
    void holdsInEveryJavaFile(TidyRule rule) {
        List<Finding> found = new ArrayList<>();
        for (JavaSource source : SOURCES) {
            found.addAll(rule.in(source));
        }

        found.removeIf(finding -> finding.size() > 0 && finding.size() <= RATCHET.getOrDefault(place(finding), 0));

        assertThat(SOURCES).hasSizeGreaterThan(100);
        assertThat(found).as("%s", rule).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(TidyRule.class)
    void seesWhatItForbids(TidyRule rule) {
        String planted = Repository.text(TEST_RESOURCES + "planted.txt");

        assertThat(rule.in(JavaSource.parse("shared/ledger/src/main/java/Planted.java", planted)))
                .as("%s", rule)
                .hasSize(rule == TidyRule.TYPE_NAME ? 2 : 1);
    }

    @Test
    void theRatchetHoldsOnlyWhatIsStillWrong() {
        List<String> wrong = new ArrayList<>();
        for (JavaSource source : SOURCES) {
            TidyRule.LONG_FILE.in(source).forEach(finding -> wrong.add(place(finding)));
            TidyRule.LONG_METHOD.in(source).forEach(finding -> wrong.add(place(finding)));
        }
        Repository.folders("functions").stream()
                .filter(TidyTest::isUntested)
                .forEach(function -> wrong.add("UNTESTED functions/" + function));

        Set<String> well = new TreeSet<>(RATCHET.keySet());
        wrong.forEach(well::remove);
        assertThat(well)
                .as("these are well now: take them off %sratchet.txt", TEST_RESOURCES)
                .isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() {
        List<String> bare = SOURCES.stream()
                .filter(source -> !source.isTest())
                .map(source -> source.path().replaceFirst("[^/]+$", "package-info.java"))
                .distinct()
                .filter(info -> SOURCES.stream()
                        .noneMatch(source ->
                                source.path().equals(info) && source.text().contains("@NullMarked")))
                .toList();

        assertThat(bare)
                .as("without @NullMarked in package-info.java the null checker looks away")
                .isEmpty();
    }

    @Test
    void childPomsAreShortAndNameNoVersions() {
        Pattern versioned = Pattern.compile("<dependency>(?:(?!</dependency>).)*<version>", Pattern.DOTALL);
        List<String> wrong = new ArrayList<>();
        for (String pom : Repository.files("/pom.xml")) {
            String text = Repository.text(pom);
            if (text.lines().count() > POM_LINES) {
                wrong.add(pom + " has more than " + POM_LINES + " lines; what several need belongs in a parent");
            }
            if (versioned.matcher(text).find()) {
                wrong.add(pom + " names a version; every version is once, in the root pom.xml");
            }
        }

        assertThat(Repository.files("/pom.xml")).hasSizeGreaterThan(8);
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyFunctionHasItsPageItsRegistrationAndATest() {
        List<String> wrong = new ArrayList<>();
        for (String function : Repository.folders("functions")) {
            String folder = "functions/" + function + "/";
            List<String> files = Repository.files("").stream()
                    .filter(path -> path.startsWith(folder))
                    .toList();
            if (!files.contains(folder + "README.md")) {
                wrong.add(folder + " has no README.md: purpose, doors, journals, events, what a retry does");
            } else if (Repository.text(folder + "README.md").lines().count() > README_LINES) {
                wrong.add(folder + "README.md does not fit a screen (" + README_LINES + " lines)");
            }
            if (isUntested(function) && !RATCHET.containsKey("UNTESTED functions/" + function)) {
                wrong.add(folder + " has no test: success, each refusal, replay, provider timeout, crash at each step");
            }
            if (!function.equals("local")
                    && files.stream().noneMatch(path -> path.endsWith("cm.nkap.function.FunctionModule.imports"))) {
                wrong.add(folder + " has no META-INF/spring/cm.nkap.function.FunctionModule.imports: nobody finds it");
            }
        }

        assertThat(wrong).isEmpty();
    }

    @Test
    void migrationsAreNumberedOnceWithoutAGap() {
        Pattern name = Pattern.compile("(.*)/src/main/resources/db/migration/([a-z_]+)/(.*)");
        Map<String, List<String>> schemas = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        for (String path : Repository.files("")) {
            Matcher migration = name.matcher(path);
            if (migration.matches()) {
                schemas.computeIfAbsent(migration.group(1) + " " + migration.group(2), s -> new ArrayList<>())
                        .add(migration.group(3));
            }
        }

        schemas.forEach((schema, files) -> {
            for (int i = 0; i < files.size(); i++) {
                if (!files.get(i).matches("V%03d__[a-z0-9_]+\\.sql".formatted(i + 1))) {
                    wrong.add(schema + ": " + files.get(i) + " should be V%03d__what.sql".formatted(i + 1));
                }
            }
            String[] of = schema.split(" ", -1);
            String list = Repository.text(of[0] + "/src/main/resources/db/migrations.list");
            if (list.lines().noneMatch(of[1]::equals)) {
                wrong.add(of[0] + "/src/main/resources/db/migrations.list does not name " + of[1]);
            }
        });

        assertThat(schemas).isNotEmpty();
        assertThat(schemas.keySet().stream().map(schema -> schema.split(" ", -1)[1]))
                .as("a schema belongs to one module")
                .doesNotHaveDuplicates();
        assertThat(wrong).isEmpty();
    }

    @Test
    void noFileNamesSomebodysMachineOrPackageHost() {
        Pattern home = Pattern.compile("(?<![A-Za-z0-9._*$}-])/(?:root|work|home|Users)/|/tm[p]/nk");
        Pattern host = Pattern.compile("https?://([A-Za-z0-9.-]+)");
        var known = new TreeSet<>(
                Repository.text(TEST_RESOURCES + "hosts.txt").lines().toList());
        List<String> wrong = new ArrayList<>();
        for (String path : Repository.files(
                ".java", ".xml", ".md", ".sql", ".json", ".csv", ".sh", ".list", "dev", "check", "run", ".config")) {
            String text = Repository.text(path);
            Matcher machine = home.matcher(text);
            if (machine.find()) {
                wrong.add(path + " names a folder of one machine: " + machine.group());
            }
            Matcher url = host.matcher(text);
            while (url.find()) {
                if (!known.contains(url.group(1))) {
                    wrong.add(path + " names the host " + url.group(1) + "; if everybody can reach it, add it to "
                            + TEST_RESOURCES + "hosts.txt");
                }
            }
        }

        assertThat(wrong).isEmpty();
    }

    private static boolean isUntested(String function) {
        return Repository.files("Test.java", "IT.java").stream()
                .noneMatch(path -> path.startsWith("functions/" + function + "/src/test/"));
    }

    private static String place(Finding finding) {
        return finding.rule() + " " + finding.path()
                + (finding.rule() == TidyRule.LONG_METHOD ? " " + finding.what() : "");
    }

    private static Map<String, Integer> ratchet() {
        return Repository.text(TEST_RESOURCES + "ratchet.txt")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf(' ')),
                        line -> Integer.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
    }
}
