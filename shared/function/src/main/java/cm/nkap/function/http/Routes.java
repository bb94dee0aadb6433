package cm.nkap.function.http;

import cm.nkap.function.HttpRoute;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds the route of a path; a literal segment wins over a template's. */
final class Routes {
    private static final int MAX_SEGMENT = 200;
    /** Another server in front of us could understand a path with these as another path. */
    private static final Set<String> DOTS = Set.of(".", "..");

    private static final String AMBIGUOUS = "/\\;%";

    private final List<Compiled> all;

    /** @param path the values of the template's parts */
    record Match(HttpRoute route, Map<String, String> path) {}

    /** What a path leads to; no match and some methods is 405, no match and none is 404. */
    record Found(Optional<Match> match, Set<String> methods) {}

    private record Compiled(HttpRoute route, List<String> segments) {
        static Compiled of(HttpRoute route) {
            return new Compiled(route, List.of(route.template().substring(1).split("/", -1)));
        }

        long parts() {
            return segments.stream().filter(Compiled::isPart).count();
        }

        static boolean isPart(String segment) {
            return segment.startsWith("{") && segment.endsWith("}");
        }

        Optional<Map<String, String>> values(List<String> called) {
            if (called.size() != segments.size()) {
                return Optional.empty();
            }
            var values = new HashMap<String, String>();
            for (int i = 0; i < called.size(); i++) {
                var segment = segments.get(i);
                if (isPart(segment) && !called.get(i).isEmpty()) {
                    values.put(segment.substring(1, segment.length() - 1), called.get(i));
                } else if (!segment.equals(called.get(i))) {
                    return Optional.empty();
                }
            }
            return Optional.of(values);
        }
    }

    /** @throws IllegalStateException when two routes claim the same method and template */
    Routes(List<HttpRoute> routes) {
        var seen = new HashSet<String>();
        for (var route : routes) {
            for (var method : route.methods()) {
                if (!seen.add(method + " " + route.template().replaceAll("\\{[^}]*}", "{}"))) {
                    throw new IllegalStateException("two functions claim " + method + " " + route.template());
                }
            }
        }
        this.all = routes.stream()
                .map(Compiled::of)
                .sorted(Comparator.comparingLong(Compiled::parts))
                .toList();
    }

    Found find(String method, String rawPath) {
        var called = segments(rawPath);
        var methods = new TreeSet<String>();
        var wanted = method.equals("HEAD") ? "GET" : method;
        for (var compiled : all) {
            var values = called.isEmpty() ? Optional.<Map<String, String>>empty() : compiled.values(called);
            if (values.isPresent()) {
                if (compiled.route.methods().contains(wanted)) {
                    return new Found(Optional.of(new Match(compiled.route, values.get())), Set.of());
                }
                methods.addAll(compiled.route.methods());
            }
        }
        return new Found(Optional.empty(), methods);
    }

    private static boolean isPlain(String segment) {
        return segment.chars().noneMatch(c -> c < 0x20 || c == 0x7f || AMBIGUOUS.indexOf(c) >= 0);
    }

    /** Decoded one by one, so that an encoded slash never makes a segment; empty when the path is not well-formed. */
    private static List<String> segments(String rawPath) {
        if (!rawPath.startsWith("/") || rawPath.length() < 2) {
            return List.of();
        }
        var segments = new ArrayList<String>();
        for (var raw : rawPath.substring(1).split("/", -1)) {
            try {
                var segment = URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
                if (segment.length() > MAX_SEGMENT || DOTS.contains(segment) || !isPlain(segment)) {
                    return List.of();
                }
                segments.add(segment);
            } catch (IllegalArgumentException e) {
                return List.of();
            }
        }
        return segments;
    }
}
