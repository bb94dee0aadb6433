package cm.nkap.providers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Guesses a number's provider from its prefix. The table is data ({@code prefixes.csv}, with its sources), effective-dated,
 * and only a guess: numbers are portable in Cameroon, so a provider that the caller names wins over it.
 */
public final class PrefixTable {
    private static final ZoneId CAMEROON = ZoneId.of("Africa/Douala");
    private static final String HEADER = "prefix,provider,valid_from,certainty";

    private final Map<String, List<Row>> rows;
    private final int longest;
    private final InstantSource clock;

    /** What a prefix tells. */
    public sealed interface Guess {
        /** The range is this provider's. */
        record Known(ProviderName provider) implements Guess {}

        /** Sources disagree; the caller has to name the provider. The candidates are those that Nkap serves. */
        record Ambiguous(Set<ProviderName> candidates) implements Guess {}

        /** No range of a provider that Nkap serves. */
        record Unknown() implements Guess {}
    }

    private record Row(String prefix, String provider, LocalDate validFrom, boolean sure) {}

    private PrefixTable(List<Row> rows, InstantSource clock) {
        this.rows = rows.stream().collect(Collectors.groupingBy(Row::prefix));
        this.longest =
                rows.stream().mapToInt(row -> row.prefix().length()).max().orElse(0);
        this.clock = clock;
    }

    /** The table that ships with Nkap, by the system's clock. */
    public static PrefixTable bundled() {
        return bundled(InstantSource.system());
    }

    /** The table that ships with Nkap; the clock decides which rows are in force. */
    public static PrefixTable bundled(InstantSource clock) {
        InputStream csv = Objects.requireNonNull(PrefixTable.class.getResourceAsStream("prefixes.csv"));
        return read(new InputStreamReader(csv, StandardCharsets.UTF_8), clock);
    }

    /** Reads and closes a table in the same form; {@link IllegalArgumentException} names the first line that is wrong. */
    public static PrefixTable read(Reader csv, InstantSource clock) {
        try (BufferedReader lines = new BufferedReader(csv)) {
            List<Row> rows = new ArrayList<>();
            for (String line : lines.lines().toList()) {
                if (!line.isBlank() && !line.startsWith("#") && !line.equals(HEADER)) {
                    rows.add(row(line));
                }
            }
            return new PrefixTable(rows, clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Row row(String line) {
        String[] cells = line.split(",", -1);
        if (cells.length != 4 || !cells[0].matches("[0-9]{2,12}") || !cells[3].matches("sure|ambiguous")) {
            throw new IllegalArgumentException("not a prefix row: " + line);
        }
        return new Row(cells[0], cells[1], LocalDate.parse(cells[2]), cells[3].equals("sure"));
    }

    /** Whose number this probably is, today. */
    public Guess lookup(Msisdn msisdn) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), CAMEROON);
        for (int length = Math.min(longest, msisdn.digits().length()); length > 0; length--) {
            List<Row> inForce = inForce(msisdn.digits().substring(0, length), today);
            if (!inForce.isEmpty()) {
                return guess(inForce);
            }
        }
        return new Guess.Unknown();
    }

    private List<Row> inForce(String prefix, LocalDate today) {
        List<Row> begun = rows.getOrDefault(prefix, List.of()).stream()
                .filter(row -> !row.validFrom().isAfter(today))
                .toList();
        return begun.stream()
                .map(Row::validFrom)
                .max(Comparator.naturalOrder())
                .map(latest -> begun.stream()
                        .filter(row -> row.validFrom().equals(latest))
                        .toList())
                .orElse(List.of());
    }

    private static Guess guess(List<Row> inForce) {
        Set<ProviderName> served = inForce.stream()
                .flatMap(row -> ProviderName.of(row.provider()).stream())
                .collect(Collectors.toUnmodifiableSet());
        if (served.isEmpty()) {
            return new Guess.Unknown();
        }
        boolean certain = inForce.size() == 1 && inForce.getFirst().sure();
        return certain ? new Guess.Known(served.iterator().next()) : new Guess.Ambiguous(served);
    }
}
