package cm.nkap.function;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operation answers: a status, a record that becomes snake_case JSON, and extra headers. Only headers that the
 * shell allows reach the caller ({@code Location}, {@code Retry-After}, {@code Content-Type}, …).
 */
public record Reply<T>(int status, @Nullable T body, Map<String, String> headers) {

    public Reply {
        headers = Map.copyOf(headers);
    }

    /** @param location of the new object, for example {@code /v1/charges/ch_…} */
    public static <T> Reply<T> created(T body, String location) {
        return new Reply<>(201, body, Map.of("Location", location));
    }

    public static <T> Reply<T> ok(T body) {
        return new Reply<>(200, body, Map.of());
    }

    public static <T> Reply<T> accepted(T body) {
        return new Reply<>(202, body, Map.of());
    }

    public static <T> Reply<T> empty(int status) {
        return new Reply<>(status, null, Map.of());
    }
}
