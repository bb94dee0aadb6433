package cm.nkap.local;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.Config;
import cm.nkap.function.Database;
import cm.nkap.function.DatabaseConfig;
import cm.nkap.function.FunctionApplication;
import cm.nkap.function.Orgs;
import cm.nkap.ledger.Ledger;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.payments.FeePlan;
import cm.nkap.payments.Merchant;
import cm.nkap.payments.MerchantRows;
import cm.nkap.testing.ServedFunction;
import cm.nkap.testing.TokenIssuer.Grant;
import java.io.IOException;
import java.io.StringReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** What CONTRIBUTING.md says of adding a function is followed to the letter, and the function answers. */
class ContributingIT {
    private static final String PAGE = Repository.text("CONTRIBUTING.md");
    private static final int POM_LINES = 30;
    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");
    private static final Grant MERCHANT = Grant.of("clerk", "boutique-douala", "merchant");

    @TempDir
    Path folder;

    @Test
    void theFunctionOfThePageCompilesAndAnswers() throws IOException {
        List<Path> sources = sources();
        assertThat(sources)
                .extracting(source -> source.getFileName().toString())
                .containsExactly("package-info.java", "QuoteFunction.java", "Quote.java");
        Path classes = compiled(sources);
        list(classes);

        try (var served = served(classes)) {
            agreeOnFees(served);

            var quote = served.get(MERCHANT, "/v1/quote?amount=10000");
            var refused = served.get(MERCHANT, "/v1/quote?amount=12.5");
            var stranger = served.send(served.to("/v1/quote?amount=10000").GET());

            assertThat(quote.status()).as(quote.text()).isEqualTo(200);
            assertThat(quote.text()).isEqualTo("{\"object\":\"quote\",\"amount\":10000,\"fee\":160,\"net\":9840}");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.at("code")).isEqualTo("invalid_request");
            assertThat(refused.each("errors", "param")).containsExactly("amount");
            assertThat(stranger.status()).isEqualTo(401);
        }
    }

    @Test
    void thePomOfThePageIsOneAndIsShort() throws IOException, SAXException, ParserConfigurationException {
        List<String> poms = blocks("xml");

        assertThat(poms).hasSize(1);
        assertThat(poms.getFirst().lines().count()).isLessThan(POM_LINES);
        var project = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(poms.getFirst())))
                .getDocumentElement();
        assertThat(project.getElementsByTagName("artifactId").item(1).getTextContent())
                .isEqualTo("quote");
        // It is the pom of functions that need nothing more, but for the name.
        assertThat(Repository.text("functions/accounts/pom.xml").strip())
                .isEqualTo(poms.getFirst().strip().replace("quote", "accounts"));
    }

    @Test
    void everyFunctionIsNamedInTheThreePomsOfThePage() {
        for (String function : Repository.folders("functions")) {
            if (!function.equals("local")) {
                assertThat(Repository.text("functions/pom.xml")).contains("<module>" + function + "</module>");
                assertThat(Repository.text("pom.xml")).contains("<artifactId>" + function + "</artifactId>");
                assertThat(Repository.text("functions/local/pom.xml"))
                        .contains("<artifactId>" + function + "</artifactId>");
            }
        }
    }

    private static List<String> blocks(String language) {
        List<String> blocks = new ArrayList<>();
        Matcher block =
                Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$").matcher(PAGE);
        while (block.find()) {
            blocks.add(block.group(1));
        }
        return blocks;
    }

    /** Each block in a file of its own, called after its class. */
    private List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String code : blocks("java")) {
            Matcher type = Pattern.compile("(?m)^(?:final )?class (\\w+)").matcher(code);
            Path source =
                    folder.resolve("src/cm/nkap/quote/" + (type.find() ? type.group(1) : "package-info") + ".java");
            Files.createDirectories(source.getParent());
            sources.add(Files.writeString(source, code));
        }
        return sources;
    }

    /** As the build compiles, every warning an error. */
    private Path compiled(List<Path> sources) throws IOException {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "tests run on a JDK");
        var problems = new DiagnosticCollector<JavaFileObject>();
        try (var files = compiler.getStandardFileManager(problems, null, null)) {
            boolean well = compiler.getTask(
                            null,
                            files,
                            problems,
                            List.of(
                                    "-d",
                                    classes.toString(),
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    "-parameters",
                                    "-proc:none",
                                    "-Xlint:all,-processing,-serial,-classfile,-options,-requires-automatic",
                                    "-Werror"),
                            null,
                            files.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertThat(well).as("%s", problems.getDiagnostics()).isTrue();
        }
        return classes;
    }

    /** The one line that the page says the list has. */
    private static void list(Path classes) throws IOException {
        Matcher line = Pattern.compile("`FunctionModule\\.imports` has one line, `([a-zA-Z.]+)`")
                .matcher(PAGE);
        assertThat(line.find()).isTrue();
        Path list = classes.resolve("META-INF/spring/cm.nkap.function.FunctionModule.imports");
        Files.createDirectories(list.getParent());
        Files.writeString(list, line.group(1) + "\n");
    }

    /** The shell with the function on its class path, as its jar would be. */
    private static ServedFunction<FunctionApplication> served(Path classes) throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            thread.setContextClassLoader(
                    new URLClassLoader(new URL[] {classes.toUri().toURL()}, before));
            return ServedFunction.start(
                    Map.of("NKAP_FUNCTIONS", "quote"),
                    FunctionApplication::start,
                    FunctionApplication::port,
                    FunctionApplication::close);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static void agreeOnFees(ServedFunction<FunctionApplication> served) {
        try (var database = Database.open(Config.read(served.settings(), DatabaseConfig.class), events -> {})) {
            var merchant = new Merchant("mer_1", "boutique-douala", "Boutique", true, "active", LONG_AGO);
            database.run(Orgs.all(), tx -> {
                MerchantRows.insert(tx.handle(), "boutique-douala", "Boutique", merchant);
                new Ledger().open(tx.handle(), List.of(ChartOfAccounts.ofMerchant("mer_1", "boutique-douala")));
                MerchantRows.addFeePlan(
                        tx.handle(), new FeePlan("fp_1", 150, 10, null), "boutique-douala", "charge", LONG_AGO, "test");
            });
        }
    }
}
