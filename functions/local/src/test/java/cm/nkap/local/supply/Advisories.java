package cm.nkap.local.supply;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The reviewed list of known holes, {@code infra/advisories.txt}. */
record Advisories(LocalDate lookedAt, List<Advisory> all) {
    /** Words after a version's numbers, from the least finished; what is not here counts as finished. */
    private static final List<String> UNFINISHED = List.of("snapshot", "alpha", "beta", "m", "milestone", "rc", "cr");

    /** @param fixed the first version without the hole */
    record Advisory(String part, String fixed, String number, String source) {
        boolean concerns(String name, String version) {
            boolean named =
                    part.endsWith(":*") ? name.startsWith(part.substring(0, part.length() - 1)) : name.equals(part);
            return named && BY_AGE.compare(version, fixed) < 0;
        }
    }

    /** Older versions first, as Maven orders them; {@code 4.2.17.Final} and {@code 4.2.17} are the same. */
    static final Comparator<String> BY_AGE = (one, other) -> {
        List<String> left = words(one);
        List<String> right = words(other);
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            int order = Integer.compare(
                    rank(i < left.size() ? left.get(i) : "0"), rank(i < right.size() ? right.get(i) : "0"));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    };

    static Advisories parse(String text) {
        LocalDate lookedAt = LocalDate.EPOCH;
        List<Advisory> all = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (line.startsWith("looked-at ")) {
                lookedAt = LocalDate.parse(line.substring("looked-at ".length()).strip());
            } else if (!line.isBlank() && !line.startsWith("#")) {
                String[] words = line.split(" +", 3);
                String[] rest = words[2].split(" {2,}", 2);
                all.add(new Advisory(words[0], words[1], rest[0], rest[1]));
            }
        }
        return new Advisories(lookedAt, List.copyOf(all));
    }

    /** What is below a fixed version, with the advisory. */
    List<String> against(Map<String, String> versions) {
        List<String> found = new ArrayList<>();
        versions.forEach((name, version) -> all.stream()
                .filter(advisory -> advisory.concerns(name, version))
                .forEach(advisory -> found.add(name + " " + version + " has " + advisory.number + ", fixed in "
                        + advisory.fixed + " (" + advisory.source + ")")));
        return found;
    }

    private static List<String> words(String version) {
        return List.of(version.toLowerCase(Locale.ROOT).split("[.+-]|(?<=\\d)(?=[a-z])|(?<=[a-z])(?=\\d)", -1));
    }

    private static int rank(String word) {
        if (word.matches("\\d{1,9}")) {
            return Integer.parseInt(word);
        }
        int unfinished = UNFINISHED.indexOf(word);
        return unfinished < 0 ? 0 : unfinished - UNFINISHED.size();
    }
}
