package cm.nkap.function.json;

import cm.nkap.function.Faults;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads one JSON value as one Java type, without coercion. Null with a fault added when it cannot. */
final class ValueReader {
    static final int MAX_TEXT = 2_000;
    static final int MAX_ELEMENTS = 100;

    private final RecordBinder records;
    private final Faults faults;

    ValueReader(RecordBinder records, Faults faults) {
        this.records = records;
        this.faults = faults;
    }

    @Nullable
    Object read(String path, JsonNode value, Type type) {
        if (type instanceof ParameterizedType generic) {
            var raw = (Class<?>) generic.getRawType();
            if (raw == List.class) {
                return list(path, value, generic.getActualTypeArguments()[0]);
            } else if (raw == Map.class) {
                return map(path, value, generic.getActualTypeArguments()[1]);
            }
            throw new IllegalStateException("requests cannot hold " + type);
        }
        return read(path, value, (Class<?>) type);
    }

    private @Nullable Object read(String path, JsonNode value, Class<?> type) {
        if (type.isRecord()) {
            return records.record(path, value, type);
        } else if (type == long.class || type == Long.class) {
            return integer(path, value, Long.MIN_VALUE, Long.MAX_VALUE);
        } else if (type == int.class || type == Integer.class) {
            var number = integer(path, value, Integer.MIN_VALUE, Integer.MAX_VALUE);
            return number == null ? null : (Object) Math.toIntExact(number);
        } else if (type == boolean.class || type == Boolean.class) {
            return value.isBoolean() ? (Object) value.booleanValue() : wrongType(path, "true or false");
        } else if (type == String.class) {
            return text(path, value);
        } else if (type.isEnum()) {
            return constant(path, value, type);
        } else if (type == Instant.class) {
            return parsed(path, value, "a time such as 2026-01-31T12:00:00Z", t -> OffsetDateTime.parse(t)
                    .toInstant());
        } else if (type == LocalDate.class) {
            return parsed(path, value, "a date such as 2026-01-31", LocalDate::parse);
        } else if (type == Duration.class) {
            return parsed(path, value, "a duration such as P3D", Duration::parse);
        } else if (type == URI.class) {
            return parsed(path, value, "a URI", URI::create);
        }
        throw new IllegalStateException("requests cannot hold " + type);
    }

    private @Nullable Long integer(String path, JsonNode value, long min, long max) {
        if (!value.isIntegralNumber()) {
            wrongType(path, "a whole number");
            return null;
        }
        if (!value.canConvertToLong() || value.longValue() < min || value.longValue() > max) {
            faults.add(path, "out_of_range", "The number is too large or too small");
            return null;
        }
        return value.longValue();
    }

    private @Nullable String text(String path, JsonNode value) {
        if (!value.isString()) {
            wrongType(path, "a string");
            return null;
        }
        var text = value.stringValue();
        if (text.length() > MAX_TEXT) {
            faults.add(path, "too_long", "At most " + MAX_TEXT + " characters");
            return null;
        }
        if (!isPlain(text)) {
            faults.add(path, "invalid", "Control characters and broken characters are not accepted");
            return null;
        }
        return text;
    }

    private static boolean isPlain(String text) {
        return text.codePoints()
                .noneMatch(c -> Character.getType(c) == Character.SURROGATE
                        || (Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t'));
    }

    private @Nullable Object constant(String path, JsonNode value, Class<?> type) {
        var text = text(path, value);
        if (text == null) {
            return null;
        }
        var constants = (Enum<?>[]) type.getEnumConstants();
        for (var constant : constants) {
            if (Names.of(constant).equals(text)) {
                return constant;
            }
        }
        faults.add(
                path,
                "invalid",
                "One of: " + Arrays.stream(constants).map(Names::of).collect(Collectors.joining(", ")));
        return null;
    }

    private @Nullable Object parsed(String path, JsonNode value, String expected, Function<String, Object> parser) {
        var text = text(path, value);
        if (text == null) {
            return null;
        }
        try {
            return parser.apply(text);
        } catch (DateTimeException | IllegalArgumentException e) {
            faults.add(path, "invalid", "Expected " + expected);
            return null;
        }
    }

    private @Nullable Object list(String path, JsonNode value, Type element) {
        if (!value.isArray()) {
            return wrongType(path, "an array");
        }
        if (value.size() > MAX_ELEMENTS) {
            faults.add(path, "too_many", "At most " + MAX_ELEMENTS + " elements");
            return null;
        }
        var list = new ArrayList<Object>();
        for (int i = 0; i < value.size(); i++) {
            var read = element(path + "[" + i + "]", value.path(i), element);
            if (read != null) {
                list.add(read);
            }
        }
        return List.copyOf(list);
    }

    private @Nullable Object map(String path, JsonNode value, Type element) {
        if (!value.isObject()) {
            return wrongType(path, "a JSON object");
        }
        if (value.size() > MAX_ELEMENTS) {
            faults.add(path, "too_many", "At most " + MAX_ELEMENTS + " entries");
            return null;
        }
        var map = new LinkedHashMap<String, Object>();
        value.forEachEntry((name, held) -> {
            var read = element(path + "." + name, held, element);
            if (!isPlain(name)) {
                faults.add(path, "invalid", "Control characters and broken characters are not accepted");
            } else if (read != null) {
                map.put(name, read);
            }
        });
        return Map.copyOf(map);
    }

    private @Nullable Object element(String path, JsonNode value, Type type) {
        if (value.isNull()) {
            faults.add(path, "missing", "null is not accepted here");
            return null;
        }
        return read(path, value, type);
    }

    private @Nullable Object wrongType(String path, String expected) {
        faults.add(path, "wrong_type", "Expected " + expected);
        return null;
    }
}
