package cm.nkap.local;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.FunctionModule;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which part may know which. The arrows point one way; a new function gets its rules without a line here. */
class ArchitectureTest {
    private static final String OURS = "cm.nkap.";
    private static final int LEDGER_SURFACE = 15;

    /** Every part that is not a function, and what of ours it may know. */
    private static final Map<String, Set<String>> ARROWS = Map.of(
            "masking", Set.of(),
            "ledger", Set.of(),
            "providers", Set.of("masking"),
            "events", Set.of("masking"),
            "database", Set.of(),
            "secrets", Set.of(),
            "payments", Set.of("ledger", "providers", "secrets"),
            "function", Set.of("events", "ledger", "masking", "secrets"),
            "testing", Set.of("database"),
            "providermock", Set.of());

    private static final Set<String> OF_A_FUNCTION =
            Set.of("function", "events", "payments", "ledger", "masking", "providers", "secrets");

    /** Config, and the test kit's finder of given servers. */
    private static final Set<String> READERS = Set.of("cm.nkap.function.Config", "cm.nkap.testing.Given");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("cm.nkap");

    @Test
    void everyPartKnowsOnlyWhatItMay() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass known : CLASSES) {
            String part = part(known);
            if (part.equals("local")) {
                continue;
            }
            Set<String> allowed = ARROWS.getOrDefault(part, OF_A_FUNCTION);
            known.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(ArchitectureTest::isOurs)
                    .filter(target -> !part(target).equals(part) && !allowed.contains(part(target)))
                    .forEach(target -> wrong.add(known.getName() + " knows " + target.getName()));
        }

        assertThat(CLASSES).hasSizeGreaterThan(100);
        assertThat(wrong)
                .as(
                        "arrows: functions -> function, payments, events, ledger, providers, secrets; payments -> ledger,"
                                + " providers, secrets; function -> events, ledger, secrets; ledger, providers, events, database,"
                                + " secrets -> nothing of ours; masking, which knows nothing, may be known to those who write text")
                .isEmpty();
    }

    @Test
    void noFunctionKnowsAnother() {
        List<String> wrong = new ArrayList<>();
        for (JavaClass known : CLASSES) {
            if (!isOfAFunction(known)) {
                continue;
            }
            known.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(target -> isOfAFunction(target) && !part(target).equals(part(known)))
                    .forEach(target -> wrong.add(known.getName() + " knows " + target.getName()));
        }

        assertThat(CLASSES.stream()
                        .filter(ArchitectureTest::isOfAFunction)
                        .map(ArchitectureTest::part)
                        .distinct())
                .hasSizeGreaterThanOrEqualTo(7);
        assertThat(wrong)
                .as("functions tell each other by events, so that each deploys, scales and fails alone")
                .isEmpty();
    }

    @Test
    void aFunctionShowsOnlyItsConfiguration() {
        classes()
                .that(describe("are functions' own", ArchitectureTest::isOfAFunction))
                .and()
                .areTopLevelClasses()
                .and()
                .areNotAnnotatedWith(FunctionModule.class)
                .should()
                .notBePublic()
                .because("nobody else may call into a function; Spring needs the configuration class and nothing more")
                .check(CLASSES);
    }

    @Test
    void theLedgerStaysSmallAndPlain() {
        noClasses()
                .that()
                .resideInAPackage("cm.nkap.ledger..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "io.nats..", "tools.jackson..", "io.lettuce..")
                .because("the ledger is double entry on Postgres and knows no HTTP, no messages, no payment")
                .check(CLASSES);
        assertThat(CLASSES.stream()
                        .filter(type -> part(type).equals("ledger") && type.isTopLevelClass())
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC)))
                .as("public is promised: the ledger promises at most %d types", LEDGER_SURFACE)
                .hasSizeBetween(1, LEDGER_SURFACE);
    }

    @Test
    void onlyConfigAndMainsReadTheEnvironment() {
        noClasses()
                .that(describe("are no program", type -> !isProgram(type)))
                .and(describe("are not the one reader", type -> !READERS.contains(type.getName())))
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .because(
                        "a setting is declared in a record that cm.nkap.function.Config reads, which checks all at once")
                .check(CLASSES);
    }

    @Test
    void noFunctionSpeaksToNatsRedisOrFlyway() {
        noClasses()
                .that(describe("are functions' own", ArchitectureTest::isOfAFunction))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.nats..", "io.lettuce..", "org.flywaydb..", "cm.nkap.testing..")
                .because("the outbox publishes, the shell caches, migrations run before a function starts")
                .check(CLASSES);
    }

    private static boolean isProgram(JavaClass type) {
        return type.tryGetMethod("main", String[].class).isPresent();
    }

    private static boolean isOfAFunction(JavaClass type) {
        return isOurs(type) && !ARROWS.containsKey(part(type)) && !part(type).equals("local");
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().startsWith(OURS);
    }

    /** The package below {@code cm.nkap}, whatever lies deeper. */
    private static String part(JavaClass type) {
        String below = type.getPackageName().substring(OURS.length());
        int dot = below.indexOf('.');
        return dot < 0 ? below : below.substring(0, dot);
    }
}
