package cm.nkap.local.supply;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.local.Repository;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every function's bill of materials, and one for all together, into {@code target/sbom} of the repository. */
class MaterialsIT {
    private static final Path SBOM = Repository.at("target/sbom");

    static Stream<String> functions() {
        return Repository.folders("functions").stream().filter(name -> !name.equals("local"));
    }

    @ParameterizedTest
    @MethodSource("functions")
    void aBillListsWhatTheFunctionStartsWith(String function) throws IOException {
        Path module = Repository.at("functions/" + function);
        List<String> started = Arrays.asList(
                Files.readString(module.resolve("target/classpath")).split(File.pathSeparator, -1));
        String bill = write(function, Materials.partsOf(module));
        JsonNode read = JsonMapper.shared().readTree(bill);

        assertThat(read.path("components").valueStream().map(MaterialsIT::file))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Stream.of(function + "-0.1.0-SNAPSHOT.jar"),
                                started.stream()
                                        .map(jar -> Path.of(jar).getFileName().toString()))
                        .toList());
        assertThat(faults(bill)).isEmpty();
    }

    @Test
    void oneBillListsAllFunctionsTogether() throws IOException {
        var all = new TreeMap<String, Part>();
        functions().forEach(function -> Materials.partsOf(Repository.at("functions/" + function))
                .forEach(part -> all.put(part.url(), part)));
        String bill = write("nkap", List.copyOf(all.values()));

        assertThat(faults(bill)).isEmpty();
        assertThat(all.values()).extracting(Part::name).contains("cm.nkap:payout", "org.postgresql:postgresql");
        assertThat(all.values())
                .filteredOn(part -> !part.isOurs() && part.licences().isEmpty())
                .isEmpty();
    }

    /** To the letter, so that neither this machine nor the moment is in it. */
    @Test
    void theSamePartsMakeTheSameBytes(@TempDir Path folder) throws IOException {
        Path jar = Files.writeString(folder.resolve("coin-1.2.jar"), "a coin");
        var part = new Part("org.mint", "coin", "1.2", "", jar, List.of("MIT"), List.of("org.mint:ore"));

        assertThat(Materials.bill("payout", List.of(part)))
                .isEqualTo(Repository.text("functions/local/src/test/resources/supply/payout.cdx.json"));
    }

    @Test
    void theSchemaRefusesABillThatIsNone() {
        String bill = Materials.bill("payout", Materials.partsOf(Repository.at("functions/payout")));

        assertThat(faults(bill.replace("\"SHA-256\"", "\"SHA-257\""))).isNotEmpty();
        assertThat(faults(bill.replace("\"bomFormat\"", "\"bomFormatted\""))).isNotEmpty();
    }

    private static String write(String name, List<Part> parts) throws IOException {
        String bill = Materials.bill(name, parts);
        Files.createDirectories(SBOM);
        Files.writeString(SBOM.resolve(name + ".cdx.json"), bill);
        return bill;
    }

    private static String file(JsonNode component) {
        String classifier =
                component.path("purl").asString().replaceFirst(".*\\?(?:classifier=([^&]+)&)?type=jar", "$1");
        return component.path("name").asString() + "-"
                + component.path("version").asString() + (classifier.isEmpty() ? "" : "-" + classifier) + ".jar";
    }

    private static List<Error> faults(String bill) {
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_7,
                builder ->
                        builder.schemaIdResolvers(ids -> ids.mapPrefix("http://cyclonedx.org/schema/", "classpath:")));
        Schema schema = registry.getSchema(SchemaLocation.of("http://cyclonedx.org/schema/bom-1.6.schema.json"));
        return schema.validate(bill, InputFormat.JSON);
    }
}
