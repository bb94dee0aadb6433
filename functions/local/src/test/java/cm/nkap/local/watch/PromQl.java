package cm.nkap.local.watch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads PromQL as strictly as Prometheus does, for the part of it that our rules and dashboards use, and works out which labels
 * each expression has. Whatever it does not know it refuses: a query has to be correct by this reader and, where there is one,
 * by promtool.
 */
final class PromQl {
    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:(?<string>\"(?:[^\"\\\\]|\\\\.)*\")|(?<duration>\\d+[smhdw])"
                    + "|(?<number>\\d+(?:\\.\\d+)?)|(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)|(?<sign>=~|!~|!=|==|<=|>=|[-+*/%^<>=(){}\\[\\],]))");
    private static final Set<String> AGGREGATIONS = Set.of("sum", "max", "min", "avg", "count");
    private static final Set<String> RANGE = Set.of("rate", "increase", "min_over_time", "max_over_time");
    private static final List<Set<String>> LEVELS = List.of(
            Set.of("or"),
            Set.of("and", "unless"),
            Set.of("==", "!=", "<", ">", "<=", ">="),
            Set.of("+", "-"),
            Set.of("*", "/", "%"));
    /** Every series has it from its target. */
    private static final String JOB = "job";

    private final Map<String, Set<String>> known;
    private final List<String> tokens = new ArrayList<>();
    private final Set<String> metrics = new HashSet<>();
    private int at;

    /** What cannot be read or names what does not exist. */
    static final class Wrong extends RuntimeException {
        private static final long serialVersionUID = 1;

        Wrong(String why) {
            super(why);
        }
    }

    /** @param metrics that it reads; {@code labels} that its result has */
    record Read(Set<String> metrics, Set<String> labels) {}

    private PromQl(String query, Map<String, Set<String>> known) {
        this.known = known;
        Matcher token = TOKEN.matcher(query);
        int end = 0;
        while (token.lookingAt()) {
            tokens.add(token.group().strip());
            end = token.end();
            token.region(end, query.length());
        }
        if (!query.substring(end).isBlank()) {
            throw new Wrong("cannot read from: " + query.substring(end));
        }
    }

    /** @param known labels by the names of the series that exist */
    static Read read(String query, Map<String, Set<String>> known) {
        var reader = new PromQl(query, known);
        var labels = reader.level(0);
        if (reader.at < reader.tokens.size()) {
            throw new Wrong("more than one expression, from " + reader.peek());
        }
        return new Read(Set.copyOf(reader.metrics), Set.copyOf(labels));
    }

    private Set<String> level(int level) {
        if (level == LEVELS.size()) {
            return operand();
        }
        var left = level(level + 1);
        while (LEVELS.get(level).contains(peek())) {
            next();
            Set<String> on = Set.of();
            if (peek().equals("on") || peek().equals("ignoring")) {
                next();
                on = names();
            }
            var right = level(level + 1);
            requireAll(on, left);
            requireAll(on, right);
            left = left.isEmpty() ? right : left;
        }
        return left;
    }

    private Set<String> operand() {
        var token = next();
        if (token.equals("(")) {
            var inner = level(0);
            expect(")");
            return inner;
        }
        if (token.equals("-")) {
            return operand();
        }
        if (token.matches("\\d+(\\.\\d+)?")) {
            return Set.of();
        }
        if (AGGREGATIONS.contains(token)) {
            return aggregated();
        }
        if (RANGE.contains(token)) {
            expect("(");
            var labels = selector(next());
            expect("[");
            if (!next().matches("\\d+[smhdw]")) {
                throw new Wrong(token + " needs a range");
            }
            expect("]");
            expect(")");
            return labels;
        }
        if (token.equals("histogram_quantile")) {
            return quantile();
        }
        if (token.equals("vector")) {
            expect("(");
            level(0);
            expect(")");
            return Set.of();
        }
        return selector(token);
    }

    private Set<String> quantile() {
        expect("(");
        level(0);
        expect(",");
        var labels = new HashSet<>(level(0));
        expect(")");
        requireAll(Set.of("le"), labels);
        labels.remove("le");
        return labels;
    }

    private Set<String> aggregated() {
        Set<String> by = Set.of();
        if (peek().equals("by")) {
            next();
            by = names();
        }
        expect("(");
        var inner = level(0);
        expect(")");
        requireAll(by, inner);
        return by;
    }

    private Set<String> selector(String name) {
        var labels = known.get(name);
        if (labels == null) {
            throw new Wrong("no metric is called " + name);
        }
        metrics.add(name);
        if (peek().equals("{")) {
            next();
            while (!peek().equals("}")) {
                requireAll(Set.of(next()), labels);
                if (!Set.of("=", "!=", "=~", "!~").contains(next()) || !next().startsWith("\"")) {
                    throw new Wrong("a matcher is label, sign, text: " + name);
                }
                if (!peek().equals("}")) {
                    expect(",");
                }
            }
            next();
        }
        return labels;
    }

    private Set<String> names() {
        var names = new HashSet<String>();
        expect("(");
        while (!peek().equals(")")) {
            names.add(next());
            if (!peek().equals(")")) {
                expect(",");
            }
        }
        next();
        return names;
    }

    private static void requireAll(Set<String> wanted, Set<String> there) {
        for (var label : wanted) {
            if (!label.equals(JOB) && !there.contains(label)) {
                throw new Wrong("no label " + label + " among " + there);
            }
        }
    }

    private String peek() {
        return at < tokens.size() ? tokens.get(at) : "";
    }

    private String next() {
        if (at == tokens.size()) {
            throw new Wrong("ends too early");
        }
        return tokens.get(at++);
    }

    private void expect(String token) {
        var found = next();
        if (!found.equals(token)) {
            throw new Wrong("expected " + token + ", found " + found);
        }
    }
}
