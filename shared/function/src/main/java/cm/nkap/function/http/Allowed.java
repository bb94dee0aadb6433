package cm.nkap.function.http;

import java.util.Set;
import java.util.TreeSet;

/** Words about methods. */
final class Allowed {
    private static final Set<String> KNOWN = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private Allowed() {}

    static String header(Set<String> methods) {
        var all = new TreeSet<>(methods);
        all.add("OPTIONS");
        if (methods.contains("GET")) {
            all.add("HEAD");
        }
        return String.join(", ", all);
    }

    /** The method for a log line; a made-up one could carry anything. */
    static String known(String method) {
        return KNOWN.contains(method) ? method : "OTHER";
    }
}
