package cm.nkap.function.json;

import cm.nkap.function.Fault;
import cm.nkap.function.Faults;
import cm.nkap.function.Validated;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Makes a request record of a JSON tree, or says everything that stands in the way. Components are required unless they
 * are {@code @Nullable}; names are snake_case; no value is ever turned into another type. Where a value is missing or
 * wrong an empty one stands in, so that the record's own rules still speak of all the others in the same answer.
 */
public final class RecordBinder {
    private static final Map<Class<?>, Plan> PLANS = new ConcurrentHashMap<>();

    private final Faults faults;

    private record Part(String name, Type type, boolean optional) {}

    private record Plan(Constructor<?> constructor, List<Part> parts, Set<String> names) {
        static Plan of(Class<?> type) {
            var components = type.getRecordComponents();
            var parts = Arrays.stream(components)
                    .map(part -> new Part(
                            Names.snake(part.getName()), part.getGenericType(), isNullable(part.getAnnotatedType())))
                    .toList();
            try {
                var types =
                        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
                var constructor = type.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                return new Plan(
                        constructor, parts, parts.stream().map(Part::name).collect(Collectors.toSet()));
            } catch (NoSuchMethodException e) {
                throw new IllegalArgumentException("not a record: " + type, e);
            }
        }

        private static boolean isNullable(AnnotatedType type) {
            return type.isAnnotationPresent(Nullable.class);
        }
    }

    RecordBinder(Faults faults) {
        this.faults = faults;
    }

    /** Returns the bound and checked record. @throws cm.nkap.function.Problem 400 naming every fault */
    public static <T> T read(byte[] body, Class<T> type) {
        var faults = new Faults();
        var tree = StrictJson.read(body, faults);
        var bound = tree.isEmpty() ? null : new RecordBinder(faults).bind(tree.get(), type);
        faults.throwIfAny();
        if (bound == null) {
            throw new IllegalStateException("nothing bound and no fault named");
        }
        return type.cast(bound);
    }

    /** Returns the bound record, or null when faults were added. */
    public static @Nullable Object bind(JsonNode tree, Class<?> type, Faults faults) {
        return new RecordBinder(faults).bind(tree, type);
    }

    private @Nullable Object bind(JsonNode tree, Class<?> type) {
        var made = record("", tree, type);
        return faults.isEmpty() ? made : null;
    }

    /** Returns the record even when faults were added, with empty values in place of those that are wrong. */
    @Nullable
    Object record(String path, JsonNode node, Class<?> type) {
        if (!node.isObject()) {
            faults.add(path, "wrong_type", "A JSON object is expected");
            return null;
        }
        var plan = PLANS.computeIfAbsent(type, Plan::of);
        for (var name : node.propertyNames()) {
            if (!plan.names.contains(name)) {
                faults.add(at(path, name), "unknown_field", "There is no such field");
            }
        }
        @Nullable Object[] values = new @Nullable Object[plan.parts.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = part(path, node, plan.parts.get(i));
        }
        return made(path, plan, values);
    }

    private @Nullable Object part(String path, JsonNode node, Part part) {
        var value = node.get(part.name);
        var where = at(path, part.name);
        if (value == null || value.isNull()) {
            if (part.optional) {
                return null;
            }
            faults.add(where, "missing", "This field is required");
            return standIn(part.type);
        }
        var read = new ValueReader(this, faults).read(where, value, part.type);
        return read != null || part.optional ? read : standIn(part.type);
    }

    /** An empty value of a type; null where there is none, and then the record's own rules have to wait. */
    private static @Nullable Object standIn(Type type) {
        var raw = type instanceof ParameterizedType parameterized ? parameterized.getRawType() : type;
        if (raw == String.class) {
            return "";
        } else if (raw == long.class || raw == Long.class) {
            return 0L;
        } else if (raw == int.class || raw == Integer.class) {
            return 0;
        } else if (raw == boolean.class || raw == Boolean.class) {
            return false;
        } else if (raw == List.class) {
            return List.of();
        } else if (raw == Map.class) {
            return Map.of();
        } else if (raw instanceof Class<?> nested && nested.isRecord()) {
            var plan = PLANS.computeIfAbsent(nested, Plan::of);
            @Nullable Object[] values = new @Nullable Object[plan.parts.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = plan.parts.get(i).optional ? null : standIn(plan.parts.get(i).type);
            }
            return new RecordBinder(new Faults()).made("", plan, values);
        }
        return null;
    }

    private @Nullable Object made(String path, Plan plan, @Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null && !plan.parts.get(i).optional) {
                return null;
            }
        }
        try {
            var made = plan.constructor.newInstance(values);
            if (made instanceof Validated validated) {
                var own = new Faults();
                validated.check(own);
                own.list().stream()
                        .map(fault -> new Fault(at(path, fault.param()), fault.code(), fault.detail()))
                        .filter(fault -> !isFaulty(fault.param()))
                        .toList()
                        .forEach(faults::add);
            }
            return made;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refusal) {
                var detail = refusal.getMessage();
                if (!isFaulty(path)) {
                    faults.add(path, "invalid", detail == null ? "The value is not valid" : detail);
                }
                return null;
            }
            throw new IllegalStateException("cannot make " + plan.constructor.getDeclaringClass(), e.getCause());
        } catch (InstantiationException | IllegalAccessException e) {
            throw new IllegalStateException("cannot make " + plan.constructor.getDeclaringClass(), e);
        }
    }

    /** Whether something at this place, above it or below it is known to be wrong already. */
    private boolean isFaulty(String path) {
        return faults.list().stream()
                .map(Fault::param)
                .anyMatch(known -> path.isEmpty()
                        || known.equals(path)
                        || path.startsWith(known + ".")
                        || known.startsWith(path + "."));
    }

    static String at(String path, String name) {
        return path.isEmpty() ? name : name.isEmpty() ? path : path + "." + name;
    }
}
