package cm.nkap.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The files in schemas/ describe the data of each event; run with -Dnkap.schemas=write after changing a record. */
class EventSchemasTest {
    private static final Path FOLDER = Path.of("schemas");
    private static final JsonMapper PRETTY =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @BeforeAll
    static void writesTheFilesWhenAsked() throws IOException {
        if ("write".equals(System.getProperty("nkap.schemas"))) {
            write(generated());
        }
    }

    @Test
    void filesSayWhatTheRecordsSay() throws IOException {
        assertThat(written())
                .as("schemas/ is stale: mvn -pl events test -Dtest=EventSchemasTest -Dnkap.schemas=write")
                .isEqualTo(generated());
    }

    @Test
    void everyEventSatisfiesItsSchemaAndCloudEvents() throws IOException {
        Schema cloudEvents = cloudEventsSchema();
        for (EventCatalogue.Entry kind : EventCatalogue.all()) {
            String event = new String(Samples.of(kind).toJson(), StandardCharsets.UTF_8);
            JsonNode data = EventJson.MAPPER.readTree(event).get("data");

            assertThat(cloudEvents.validate(event, InputFormat.JSON))
                    .as(kind.type())
                    .isEmpty();
            assertThat(dataSchema(kind).validate(data)).as(kind.type()).isEmpty();
        }
    }

    @Test
    void aSchemaRefusesWhatTheReaderRefuses() throws IOException {
        EventCatalogue.Entry kind =
                EventCatalogue.find("cm.nkap.charge.created.v1").orElseThrow();
        ObjectNode data = (ObjectNode)
                EventJson.MAPPER.readTree(Samples.of(kind).toJson()).get("data");

        assertThat(dataSchema(kind).validate(data.deepCopy().put("amount", "1500")))
                .isNotEmpty();
        assertThat(dataSchema(kind).validate(data.deepCopy().put("amount", 1500.5)))
                .isNotEmpty();
        assertThat(dataSchema(kind).validate(data.deepCopy().putNull("merchant")))
                .isNotEmpty();
        assertThat(dataSchema(kind).validate(data.deepCopy().without("merchant")))
                .isNotEmpty();
    }

    private static Map<String, String> generated() {
        var texts = new TreeMap<String, String>();
        for (EventCatalogue.Entry kind : EventCatalogue.all()) {
            texts.put(kind.type() + ".json", PRETTY.writeValueAsString(schema(kind)) + "\n");
        }
        return texts;
    }

    private static JsonNode schema(EventCatalogue.Entry kind) {
        var settings = new SchemaGeneratorConfigBuilder(SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(Option.EXTRA_OPEN_API_FORMAT_VALUES)
                .without(Option.SCHEMA_VERSION_INDICATOR);
        settings.forFields()
                .withPropertyNameOverrideResolver(field -> EventJson.wireName(field.getDeclaredName()))
                .withRequiredCheck(field -> kind.required().contains(EventJson.wireName(field.getDeclaredName())))
                .withNullableCheck(field -> !kind.required().contains(EventJson.wireName(field.getDeclaredName())));
        ObjectNode body = new SchemaGenerator(settings.build()).generateSchema(kind.record());
        ObjectNode schema = PRETTY.createObjectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("$id", "urn:nkap:event:" + kind.type());
        schema.put("title", "data of " + kind.type());
        schema.setAll(body);
        return schema;
    }

    private static Schema dataSchema(EventCatalogue.Entry kind) throws IOException {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(FOLDER.resolve(kind.type() + ".json")), InputFormat.JSON);
    }

    private static Schema cloudEventsSchema() throws IOException {
        try (InputStream file = EventSchemasTest.class.getResourceAsStream("/cloudevents.json")) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                    .getSchema(file, InputFormat.JSON);
        }
    }

    private static Map<String, String> written() throws IOException {
        if (!Files.isDirectory(FOLDER)) {
            return new TreeMap<>();
        }
        try (Stream<Path> files = Files.list(FOLDER)) {
            var texts = new TreeMap<String, String>();
            for (Path file : files.sorted(Comparator.naturalOrder()).toList()) {
                texts.put(file.getFileName().toString(), Files.readString(file));
            }
            return texts;
        }
    }

    private static void write(Map<String, String> schemas) throws IOException {
        Files.createDirectories(FOLDER);
        for (String old : written().keySet()) {
            Files.delete(FOLDER.resolve(old));
        }
        for (var schema : schemas.entrySet()) {
            Files.writeString(FOLDER.resolve(schema.getKey()), schema.getValue());
        }
    }
}
