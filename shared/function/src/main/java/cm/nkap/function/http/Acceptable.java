package cm.nkap.function.http;

import cm.nkap.function.Problem;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code Accept}: which of the content types that a route answers with its caller takes (RFC 9110, 12.5.1). */
final class Acceptable {
    private Acceptable() {}

    /** @throws Problem 406 when the caller takes none of them */
    static void require(@Nullable String accept, Set<String> offered) {
        if (accept == null || accept.isBlank() || offered.isEmpty()) {
            return;
        }
        var ranges = ranges(accept);
        if (offered.stream().noneMatch(type -> takes(ranges, type))) {
            throw Problem.of(406, "not_acceptable", "The caller accepts none of the types that this is answered with")
                    .detail("Answered with: " + String.join(", ", offered));
        }
    }

    /** The most specific range decides. */
    private static boolean takes(Map<String, Boolean> ranges, String type) {
        var family = type.substring(0, type.indexOf('/')) + "/*";
        for (var range : new String[] {type, family, "*/*"}) {
            var wanted = ranges.get(range);
            if (wanted != null) {
                return wanted;
            }
        }
        return false;
    }

    /** Each range, and whether it is wanted; one with a quality of zero is not. */
    private static Map<String, Boolean> ranges(String accept) {
        var ranges = new HashMap<String, Boolean>();
        for (var range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            var parts = range.split(";", -1);
            boolean wanted = true;
            for (int i = 1; i < parts.length; i++) {
                wanted &= !parts[i].strip().replace(" ", "").matches("q=0(\\.0{0,3})?");
            }
            ranges.merge(parts[0].strip(), wanted, Boolean::logicalOr);
        }
        return ranges;
    }
}
