package cm.nkap.function.http;

import cm.nkap.function.Ids;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names for calls: the caller's own when it is harmless, else {@code req_} and a time-ordered UUID in Crockford base32. */
final class RequestIds {
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}");

    private RequestIds() {}

    static String accept(@Nullable String offered) {
        return offered != null && HARMLESS.matcher(offered).matches() ? offered : Ids.next("req");
    }
}
