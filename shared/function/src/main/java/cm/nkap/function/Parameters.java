package cm.nkap.function;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of one call. Ask for each that the route knows, then {@link #check}: it answers 400 with every
 * fault at once, parameters that nobody asked for among them.
 */
public final class Parameters {
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 100;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final Pattern ID = Pattern.compile("([a-z]{2,4})_[0-9a-z_-]{1,60}");

    private final Map<String, String> given;
    private final Set<String> known = new HashSet<>();
    private final Faults faults = new Faults();

    private Parameters(Map<String, String> given) {
        this.given = given;
    }

    public static Parameters of(Call call) {
        return new Parameters(call.query());
    }

    /** How many to list: 1 to 100, 20 when not said. */
    public int limit() {
        String value = text("limit", 9);
        if (value == null) {
            return DEFAULT_LIMIT;
        }
        int limit = NUMBER.matcher(value).matches() ? Integer.parseInt(value) : 0;
        if (limit < 1 || limit > MAX_LIMIT) {
            faults.add("limit", "invalid", "must be a whole number from 1 to " + MAX_LIMIT);
            return DEFAULT_LIMIT;
        }
        return limit;
    }

    /** The id that the page begins after. */
    public @Nullable String startingAfter(String prefix) {
        return id("starting_after", prefix);
    }

    /** An id with one of these prefixes. */
    public @Nullable String id(String name, String... prefixes) {
        String value = text(name, 100);
        if (value == null) {
            return null;
        }
        var id = ID.matcher(value);
        if (id.matches() && List.of(prefixes).contains(id.group(1))) {
            return value;
        }
        faults.add(name, "invalid", "must be an id such as " + prefixes[0] + "_…");
        return null;
    }

    /** One of a closed set of words. */
    public @Nullable String oneOf(String name, Collection<String> words) {
        String value = text(name, 100);
        if (value != null && !words.contains(value)) {
            faults.add(name, "invalid", "must be one of: " + String.join(", ", words));
            return null;
        }
        return value;
    }

    public @Nullable String text(String name, int longest) {
        known.add(name);
        String value = given.get(name);
        if (value != null && (value.isBlank() || value.length() > longest)) {
            faults.add(name, "invalid", "must have 1 to " + longest + " characters");
            return null;
        }
        return value;
    }

    /** Says that a parameter is needed and was not given. */
    public void missing(String name, String why) {
        faults.add(name, "missing", why);
    }

    /** Says that a parameter that was given means nothing. */
    public void invalid(String name, String why) {
        faults.add(name, "invalid", why);
    }

    /** @throws Problem 400 naming every fault */
    public void check() {
        given.keySet().stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .forEach(name -> faults.add(name, "unknown_parameter", "There is no such parameter here"));
        faults.throwIfAny();
    }
}
