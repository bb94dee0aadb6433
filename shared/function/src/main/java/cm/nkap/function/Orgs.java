package cm.nkap.function;

import java.util.Arrays;
import java.util.Collection;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The organisations that one transaction may see: the value of the setting {@code nkap.orgs}, which row-level security
 * reads. {@code *} is every organisation, for platform staff and internal jobs.
 */
public record Orgs(String setting) {
    private static final Pattern ALIAS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern ORGANISATION = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    /** Policies give this name to what is nobody's but the platform's, and names with a dot to customers. */
    private static final String OF_THE_BOOKS = "platform";

    private static final String EVERY = "*";
    private static final int MOST_NAMED = 16;

    public Orgs {
        if (!setting.isEmpty() && !setting.equals(EVERY)) {
            for (var alias : setting.split(",", -1)) {
                requireAlias(alias);
            }
        }
    }

    public static Orgs of(String... aliases) {
        return of(Arrays.asList(aliases));
    }

    public static Orgs of(Collection<String> aliases) {
        aliases.forEach(Orgs::requireAlias);
        return new Orgs(String.join(",", new TreeSet<>(aliases)));
    }

    /**
     * For the platform's own jobs, whose work may belong to hundreds of organisations at once: those named, or all when they
     * are many. Row-level security looks through the list for every row; at 250 names that costs more than the row.
     */
    static Orgs ofJob(Collection<String> aliases) {
        var distinct = new TreeSet<>(aliases);
        return distinct.size() > MOST_NAMED ? all() : of(distinct);
    }

    public static Orgs all() {
        return new Orgs(EVERY);
    }

    /** No organisation: sees nothing that belongs to one. */
    public static Orgs none() {
        return new Orgs("");
    }

    /** What this caller may see: staff everything, an open route nothing, everybody else their own. */
    public static Orgs of(Caller caller) {
        if (caller.isStaff()) {
            return all();
        }
        return caller.org().isEmpty() ? none() : of(caller.org());
    }

    /** True for text that can be an organisation's alias; a comma or a star would widen what a transaction sees. */
    public static boolean isAlias(String text) {
        return ALIAS.matcher(text).matches();
    }

    /** True for an alias that an organisation may have: not one of the names that policies use for something else. */
    public static boolean isOrganisation(String alias) {
        return ORGANISATION.matcher(alias).matches() && !alias.equals(OF_THE_BOOKS);
    }

    Orgs and(Collection<String> more) {
        if (setting.equals(EVERY)) {
            return this;
        }
        var all = new TreeSet<>(more);
        if (!setting.isEmpty()) {
            all.addAll(Arrays.asList(setting.split(",", -1)));
        }
        return of(all);
    }

    private static void requireAlias(String alias) {
        if (!isAlias(alias)) {
            throw new IllegalArgumentException("not an organisation alias");
        }
    }
}
