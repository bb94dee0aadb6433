package cm.nkap.function.json;

import cm.nkap.function.Fault;
import cm.nkap.function.Faults;
import cm.nkap.function.Validated;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
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
 * are {@code @Nullable}; names are snake_case; no value is ever turned into another type.
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
        return record("", tree, type);
    }

    @Nullable
    Object record(String path, JsonNode node, Class<?> type) {
        if (!node.isObject()) {
            faults.add(path, "wrong_type", "A JSON object is expected");
            return null;
        }
        var plan = PLANS.computeIfAbsent(type, Plan::of);
        int before = faults.count();
        for (var name : node.propertyNames()) {
            if (!plan.names.contains(name)) {
                faults.add(at(path, name), "unknown_field", "There is no such field");
            }
        }
        @Nullable Object[] values = new @Nullable Object[plan.parts.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = part(path, node, plan.parts.get(i));
        }
        return faults.count() == before ? made(path, plan, values) : null;
    }

    private @Nullable Object part(String path, JsonNode node, Part part) {
        var value = node.get(part.name);
        var where = at(path, part.name);
        if (value == null || value.isNull()) {
            if (!part.optional) {
                faults.add(where, "missing", "This field is required");
            }
            return null;
        }
        return new ValueReader(this, faults).read(where, value, part.type);
    }

    private @Nullable Object made(String path, Plan plan, @Nullable Object[] values) {
        try {
            var made = plan.constructor.newInstance(values);
            if (made instanceof Validated validated) {
                var own = new Faults();
                validated.check(own);
                own.list()
                        .forEach(fault -> faults.add(new Fault(at(path, fault.param()), fault.code(), fault.detail())));
            }
            return made;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refusal) {
                var detail = refusal.getMessage();
                faults.add(path, "invalid", detail == null ? "The value is not valid" : detail);
                return null;
            }
            throw new IllegalStateException("cannot make " + plan.constructor.getDeclaringClass(), e.getCause());
        } catch (InstantiationException | IllegalAccessException e) {
            throw new IllegalStateException("cannot make " + plan.constructor.getDeclaringClass(), e);
        }
    }

    static String at(String path, String name) {
        return path.isEmpty() ? name : name.isEmpty() ? path : path + "." + name;
    }
}
