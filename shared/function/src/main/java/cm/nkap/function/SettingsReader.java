package cm.nkap.function;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns variables into a record, collecting every problem before it complains. */
final class SettingsReader {
    private static final Pattern SECRET_NAME = Pattern.compile(".*(PASSWORD|SECRET|KEY|TOKEN).*");
    private static final Pattern SECRET_PART = Pattern.compile("(?i)((?:password|secret|token)=)[^&;\\s]+");
    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private final Map<String, String> env;
    private final List<String> problems = new ArrayList<>();

    SettingsReader(Map<String, String> env) {
        this.env = env;
    }

    <R extends Record> R read(Class<R> type) {
        var components = type.getRecordComponents();
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = value(components[i]);
        }
        refuseIfBroken(type);
        try {
            var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException cause) {
                problems.add(String.valueOf(cause.getMessage()));
            } else {
                throw new IllegalStateException("cannot make " + type.getSimpleName(), e.getCause());
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make " + type.getSimpleName(), e);
        }
        throw refused(type);
    }

    private void refuseIfBroken(Class<?> type) {
        if (!problems.isEmpty()) {
            throw refused(type);
        }
    }

    private IllegalArgumentException refused(Class<?> type) {
        return new IllegalArgumentException(type.getSimpleName() + ": " + String.join("; ", problems));
    }

    private @Nullable Object value(RecordComponent component) {
        var name = variable(component);
        var text = env.get(name);
        if (text == null) {
            var setting = component.getAnnotation(Setting.class);
            text = setting == null || setting.orElse().equals(Setting.REQUIRED) ? null : setting.orElse();
        }
        if (text == null) {
            if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                problems.add(name + " is not set");
            }
            return null;
        }
        try {
            return convert(text.strip(), component);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            // The value itself is not repeated: it may be a secret in the wrong place.
            problems.add(name + " is not a valid " + component.getGenericType().getTypeName());
            return null;
        }
    }

    static String variable(RecordComponent component) {
        var setting = component.getAnnotation(Setting.class);
        if (setting != null && !setting.env().isEmpty()) {
            return setting.env();
        }
        return "NKAP_"
                + component.getName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
    }

    private static Object convert(String text, RecordComponent component) {
        var type = component.getType();
        if (type == List.class) {
            return parts(text).stream()
                    .map(part -> convert(part, argument(component, 0)))
                    .toList();
        }
        if (type == Map.class) {
            return pairs(text);
        }
        return convert(text, type);
    }

    private static Class<?> argument(RecordComponent component, int index) {
        return (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[index];
    }

    private static Object convert(String text, Class<?> type) {
        if (type == String.class) {
            return text;
        } else if (type == int.class || type == Integer.class) {
            return Integer.valueOf(text);
        } else if (type == long.class || type == Long.class) {
            return Long.valueOf(text);
        } else if (type == boolean.class || type == Boolean.class) {
            return bool(text);
        } else if (type == Duration.class) {
            return duration(text);
        } else if (type == URI.class) {
            return absolute(URI.create(text));
        }
        throw new IllegalStateException("settings cannot be of type " + type.getName());
    }

    private static boolean bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static URI absolute(URI uri) {
        if (!uri.isAbsolute()) {
            throw new IllegalArgumentException("no scheme");
        }
        return uri;
    }

    /** {@code 250ms}, {@code 3s}, {@code 5m}, {@code 2h}, {@code 30d} or ISO 8601 such as {@code PT3S}. */
    static Duration duration(String text) {
        var brief = SHORT_DURATION.matcher(text);
        if (!brief.matches()) {
            return Duration.parse(text);
        }
        long amount = Long.parseLong(brief.group(1));
        return switch (brief.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static List<String> parts(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private static Map<String, String> pairs(String text) {
        var pairs = new LinkedHashMap<String, String>();
        for (var part : parts(text)) {
            var equals = part.indexOf('=');
            if (equals < 1
                    || pairs.put(
                                    part.substring(0, equals).strip(),
                                    part.substring(equals + 1).strip())
                            != null) {
                throw new IllegalArgumentException("not name=value,…");
            }
        }
        return Map.copyOf(pairs);
    }

    static String printed(Record settings, Set<String> masked) {
        return Arrays.stream(settings.getClass().getRecordComponents())
                .map(component -> variable(component) + "="
                        + (masked.contains(variable(component)) ? "***" : shown(component, settings)))
                .collect(Collectors.joining(" "));
    }

    private static String shown(RecordComponent component, Record settings) {
        var setting = component.getAnnotation(Setting.class);
        var isSecret = (setting != null && setting.secret())
                || SECRET_NAME.matcher(variable(component)).matches();
        if (isSecret) {
            return "***";
        }
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return SECRET_PART
                    .matcher(String.valueOf(accessor.invoke(settings)))
                    .replaceAll("$1***");
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component.getName(), e);
        }
    }
}
