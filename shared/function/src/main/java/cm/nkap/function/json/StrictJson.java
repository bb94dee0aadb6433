package cm.nkap.function.json;

import cm.nkap.function.Faults;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a request's JSON into a tree and says everything that is wrong with its form: a name that comes twice, text
 * after the end, nesting that is too deep. One value in UTF-8, nothing else.
 */
public final class StrictJson {
    private static final int MAX_DEPTH = 16;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(40)
                    .maxNameLength(200)
                    .build())
            .build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonParser parser;
    private final Faults faults;

    private StrictJson(JsonParser parser, Faults faults) {
        this.parser = parser;
        this.faults = faults;
    }

    /** Empty when the body cannot be read at all; faults say why, and they may say more about a body that can. */
    public static Optional<JsonNode> read(byte[] body, Faults faults) {
        if (body.length == 0) {
            faults.add("", "missing", "The body is empty");
            return Optional.empty();
        }
        if (looksLikeUtf16(body)) {
            faults.add("", "malformed", "The body is not JSON in UTF-8");
            return Optional.empty();
        }
        try (var parser = FACTORY.createParser(ObjectReadContext.empty(), body)) {
            var reader = new StrictJson(parser, faults);
            parser.nextToken();
            var root = reader.value("");
            if (parser.nextToken() != null) {
                faults.add("", "malformed", "There is text after the end of the JSON value");
                return Optional.empty();
            }
            return Optional.of(root);
        } catch (StreamConstraintsException e) {
            faults.add("", "too_large", "The JSON is nested too deeply or has names or numbers that are too long");
            return Optional.empty();
        } catch (JacksonException e) {
            var at = e.getLocation();
            var where = at == null ? "" : ", line " + at.getLineNr() + " column " + at.getColumnNr();
            faults.add("", "malformed", "The body is not valid JSON" + where);
            return Optional.empty();
        }
    }

    /** The parser would guess UTF-16 and UTF-32 from zero bytes or a byte-order mark; the standard allows UTF-8 only. */
    private static boolean looksLikeUtf16(byte[] body) {
        for (int i = 0; i < Math.min(4, body.length); i++) {
            if (body[i] == 0 || body[i] == (byte) 0xFE || body[i] == (byte) 0xFF) {
                return true;
            }
        }
        return false;
    }

    private JsonNode value(String path) {
        var token = parser.currentToken();
        if (token == null) {
            // Only white space: let the caller's handler say that this is no JSON.
            faults.add("", "malformed", "The body is not valid JSON");
            return NODES.missingNode();
        }
        return switch (token) {
            case START_OBJECT -> object(path);
            case START_ARRAY -> array(path);
            case VALUE_STRING -> NODES.stringNode(parser.getString());
            case VALUE_NUMBER_INT ->
                switch (parser.getNumberType()) {
                    case INT, LONG -> NODES.numberNode(parser.getLongValue());
                    default -> NODES.numberNode(parser.getBigIntegerValue());
                };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> throw new IllegalStateException("unexpected token " + token);
        };
    }

    private ObjectNode object(String path) {
        var node = NODES.objectNode();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var name = parser.currentName();
            var at = path.isEmpty() ? name : path + "." + name;
            parser.nextToken();
            var twice = node.has(name);
            var value = value(at);
            if (twice) {
                faults.add(at, "duplicate_field", "This field comes more than once");
            } else {
                node.set(name, value);
            }
        }
        return node;
    }

    private JsonNode array(String path) {
        var node = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            node.add(value(path + "[" + node.size() + "]"));
        }
        return node;
    }
}
