package cm.nkap.local;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Compares a record, as the shell reads and writes it, with a schema of the contract: names, types, what may be null. */
final class RecordShape {
    private final Contract contract;
    private final boolean isAnswer;
    private final List<String> faults = new ArrayList<>();

    private RecordShape(Contract contract, boolean isAnswer) {
        this.contract = contract;
        this.isAnswer = isAnswer;
    }

    static List<String> faultsOfAnswer(Contract contract, String where, Type type, JsonNode schema) {
        var shape = new RecordShape(contract, true);
        shape.compare(where, type, schema, Map.of());
        return shape.faults;
    }

    static List<String> faultsOfRequest(Contract contract, String where, Type type, JsonNode schema) {
        var shape = new RecordShape(contract, false);
        shape.compare(where, type, schema, Map.of());
        return shape.faults;
    }

    private void compare(String where, Type type, JsonNode given, Map<String, Type> bound) {
        JsonNode schema = withoutNull(contract.resolved(given));
        switch (type) {
            case TypeVariable<?> variable ->
                compare(where, Objects.requireNonNull(bound.get(variable.getName())), given, bound);
            case ParameterizedType generic -> compareGeneric(where, generic, schema, bound);
            case Class<?> one when one.isRecord() -> compareRecord(where, one, schema, bound);
            case Class<?> one
            when one.isEnum() -> {
                expect(where, schema, "string");
                var constants = Arrays.stream(one.getEnumConstants())
                        .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toCollection(TreeSet::new));
                same(where + " enum", constants, texts(schema.path("enum")));
            }
            case Class<?> one -> expect(where, schema, jsonType(one));
            default -> faults.add(where + ": cannot compare " + type);
        }
    }

    private void compareGeneric(String where, ParameterizedType generic, JsonNode schema, Map<String, Type> bound) {
        var raw = (Class<?>) generic.getRawType();
        var arguments = generic.getActualTypeArguments();
        if (raw == List.class) {
            expect(where, schema, "array");
            compare(where + "[]", arguments[0], schema.path("items"), bound);
        } else if (raw == Map.class) {
            expect(where, schema, "object");
            compare(where + "{}", arguments[1], schema.path("additionalProperties"), bound);
        } else {
            var variables = raw.getTypeParameters();
            compareRecord(
                    where,
                    raw,
                    schema,
                    IntStream.range(0, variables.length)
                            .boxed()
                            .collect(Collectors.toMap(i -> variables[i].getName(), i -> arguments[i])));
        }
    }

    private void compareRecord(String where, Class<?> type, JsonNode schema, Map<String, Type> bound) {
        expect(where, schema, "object");
        var names = new TreeSet<String>();
        var required = new TreeSet<String>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
            boolean mayBeNull = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            boolean mayBeAbsent = isAnswer ? leftOutWhenNull(component) : mayBeNull;
            names.add(name);
            if (!mayBeAbsent) {
                required.add(name);
            }
            JsonNode property = schema.path("properties").path(name);
            if (!property.isMissingNode()) {
                if (mayBeNull != allowsNull(contract.resolved(property)) && !leftOutWhenNull(component)) {
                    faults.add(
                            where + "." + name + ": null is " + (mayBeNull ? "possible" : "impossible") + " in code");
                }
                compare(where + "." + name, component.getGenericType(), property, bound);
            }
        }
        same(where, names, new TreeSet<>(schema.path("properties").propertyNames()));
        same(where + " required", required, texts(schema.path("required")));
        if (!isAnswer && schema.path("additionalProperties").asBoolean(true)) {
            faults.add(where + ": requests are strict, the schema is not");
        }
    }

    private static boolean leftOutWhenNull(RecordComponent component) {
        return component.getAccessor().isAnnotationPresent(JsonInclude.class);
    }

    private static boolean allowsNull(JsonNode schema) {
        return texts(schema.path("type")).contains("null")
                || schema.path("oneOf").values().stream()
                        .anyMatch(one -> one.path("type").asString("").equals("null"));
    }

    /** The schema itself, or the one alternative beside null. */
    private JsonNode withoutNull(JsonNode schema) {
        var alternatives = schema.path("oneOf").values().stream()
                .filter(one -> !one.path("type").asString("").equals("null"))
                .toList();
        boolean isMaybe = alternatives.size() == 1 && schema.path("oneOf").size() == 2;
        return isMaybe ? contract.resolved(alternatives.getFirst()) : schema;
    }

    private static String jsonType(Class<?> type) {
        if (type == long.class || type == Long.class || type == int.class || type == Integer.class) {
            return "integer";
        } else if (type == boolean.class || type == Boolean.class) {
            return "boolean";
        } else if (type == Instant.class) {
            return "date-time";
        } else if (type == JsonNode.class) {
            return "object";
        }
        return type == Object.class ? "anything" : "string";
    }

    private void expect(String where, JsonNode schema, String type) {
        var types = texts(schema.path("type"));
        boolean fits =
                switch (type) {
                    case "anything" -> true;
                    case "date-time" ->
                        types.contains("string")
                                && schema.path("format").asString("").equals(type);
                    default -> types.contains(type);
                };
        if (!fits) {
            faults.add(where + ": " + type + " in code, " + schema + " in the contract");
        }
    }

    private void same(String where, Set<String> inCode, Set<String> inContract) {
        if (!inCode.equals(inContract)) {
            faults.add(where + ": " + inCode + " in code, " + inContract + " in the contract");
        }
    }

    private static Set<String> texts(JsonNode node) {
        var texts = new TreeSet<String>();
        if (node.isString()) {
            texts.add(node.asString());
        }
        node.values().forEach(value -> texts.add(value.asString()));
        return texts;
    }
}
