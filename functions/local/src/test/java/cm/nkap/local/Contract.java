package cm.nkap.local;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The file {@code openapi.yaml}: its operations and schemas. */
public final class Contract {
    private static final List<String> METHODS = List.of("get", "put", "post", "patch", "delete");

    private final JsonNode root = new YAMLMapper().readTree(Repository.text("openapi.yaml"));

    /** The operations by method and path; health is the shell's own and no route. */
    public Map<String, JsonNode> operations() {
        Map<String, JsonNode> operations = new TreeMap<>();
        root.path("paths").forEachEntry((path, item) -> {
            for (String method : METHODS) {
                if (item.has(method) && !path.startsWith("/health/")) {
                    operations.put(method.toUpperCase(Locale.ROOT) + " " + path, item.path(method));
                }
            }
        });
        return operations;
    }

    /** The roles of an operation, as {@code x-roles} names them. */
    public static Set<String> roles(JsonNode operation) {
        Set<String> roles = new TreeSet<>();
        operation.path("x-roles").forEach(role -> roles.add(role.asString()));
        return roles;
    }

    /** The schema of the answer when all goes well. */
    public JsonNode answer(JsonNode operation) {
        JsonNode responses = operation.path("responses");
        JsonNode success = Stream.of("201", "202", "200")
                .map(responses::path)
                .filter(response -> !response.isMissingNode())
                .findFirst()
                .orElse(responses);
        return resolved(success).path("content").path("application/json").path("schema");
    }

    public JsonNode request(JsonNode operation) {
        return operation
                .path("requestBody")
                .path("content")
                .path("application/json")
                .path("schema");
    }

    /** A request body that the contract gives as an example; absent for an operation that takes no JSON. */
    public Optional<ObjectNode> exampleRequest(JsonNode operation) {
        return operation
                .path("requestBody")
                .path("content")
                .path("application/json")
                .path("examples")
                .valueStream()
                .map(example -> (ObjectNode) resolved(example).path("value").deepCopy())
                .findFirst();
    }

    /** The names of an operation's query parameters. */
    public List<String> queryParameters(JsonNode operation) {
        return operation
                .path("parameters")
                .valueStream()
                .map(this::resolved)
                .filter(parameter -> parameter.path("in").asString().equals("query"))
                .map(parameter -> parameter.path("name").asString())
                .toList();
    }

    /** The names of an object's fields. */
    public Set<String> fields(JsonNode schema) {
        return new TreeSet<>(resolved(schema).path("properties").propertyNames());
    }

    /** Follows {@code $ref} to what it names in this file. */
    public JsonNode resolved(JsonNode node) {
        JsonNode found = node;
        while (found.has("$ref")) {
            found = root.at(found.path("$ref").asString().substring(1));
        }
        return found;
    }

    /** One line for each example that does not satisfy its schema, and how many there were. */
    Examples examples() {
        List<String> faults = new ArrayList<>();
        int count = examples(root, "", faults);
        return new Examples(count, faults);
    }

    /** What is wrong with a JSON text as one of the contract's named schemas. */
    List<String> faults(String name, String json) {
        return schema(root.path("components").path("schemas").path(name)).validate(json, InputFormat.JSON).stream()
                .map(Object::toString)
                .toList();
    }

    record Examples(int count, List<String> faults) {}

    private int examples(JsonNode node, String where, List<String> faults) {
        int count = 0;
        if (node.has("schema") && node.path("examples").isObject()) {
            for (Map.Entry<String, JsonNode> example : node.path("examples").properties()) {
                JsonNode value = resolved(example.getValue()).path("value");
                for (var error : schema(node.path("schema")).validate(value)) {
                    faults.add(where + "/" + example.getKey() + ": " + error);
                }
                count++;
            }
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            count += examples(entry.getValue(), where + "/" + entry.getKey(), faults);
        }
        return count;
    }

    private Schema schema(JsonNode schema) {
        ObjectNode whole = (ObjectNode) schema.deepCopy();
        whole.set("components", root.path("components"));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(whole);
    }
}
