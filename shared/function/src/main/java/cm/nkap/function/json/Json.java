package cm.nkap.function.json;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.EnumNamingStrategies;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Writes answers: snake_case names, nulls written, times in RFC 3339 UTC, enum constants in lower case. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enumNamingStrategy(EnumNamingStrategies.SNAKE_CASE)
            .build();

    private Json() {}

    public static byte[] write(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    public static String text(Object value) {
        return new String(write(value), StandardCharsets.UTF_8);
    }

    /** Reads back a flat object of strings that was written here. */
    public static Map<String, String> strings(String json) {
        return MAPPER.readValue(json, new TypeReference<Map<String, String>>() {});
    }

    /** The mapper itself, for the function catalogue, which wants one. */
    public static JsonMapper mapper() {
        return MAPPER;
    }
}
