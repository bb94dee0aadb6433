package cm.nkap.function.json;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** One text for one meaning: names sorted, no white space. Two bodies that differ only in layout look the same. */
public final class CanonicalJson {
    private CanonicalJson() {}

    public static byte[] bytes(JsonNode node) {
        return sorted(node).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode sorted(JsonNode node) {
        if (node.isObject()) {
            var object = JsonNodeFactory.instance.objectNode();
            node.propertyNames().stream().sorted().forEach(name -> object.set(name, sorted(node.path(name))));
            return object;
        }
        if (node.isArray()) {
            var array = JsonNodeFactory.instance.arrayNode();
            node.values().forEach(element -> array.add(sorted(element)));
            return array;
        }
        return node;
    }
}
