package cm.nkap.ledger;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;

/** What callers were told, to be compared with what stands in the books: every word given must be kept. */
final class Answers {
    private final Map<String, Told> told = new ConcurrentHashMap<>();

    /** @param journal what was asked, {@code seq} what was said to it; none when it was refused */
    record Told(Journal journal, Optional<Long> seq) {}

    private record Stored(long seq, int legs) {}

    void note(Journal journal, Verdict verdict) {
        note(journal, seq(verdict));
    }

    /** What was refused may be accepted later; what was accepted is so for ever, under its number. */
    void note(Journal journal, Optional<Long> seq) {
        Told now = new Told(journal, seq);
        Told before = told.put(journal.key(), now);
        if (before != null && before.seq().isPresent() && !before.equals(now)) {
            throw new AssertionError(journal.key() + " was " + before.seq() + " and is " + now.seq());
        }
    }

    static Optional<Long> seq(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Posted(long seq) -> Optional.of(seq);
            case Verdict.Replayed(long seq) -> Optional.of(seq);
            case Verdict.InsufficientFunds _ -> Optional.empty();
            default -> throw new AssertionError("no answer to such a journal: " + verdict);
        };
    }

    int size() {
        return told.size();
    }

    /** None when it was refused or never answered. */
    Optional<Long> seqOf(String key) {
        return Optional.ofNullable(told.get(key)).flatMap(Told::seq);
    }

    /** What was told so far; the map itself grows on. */
    List<Told> soFar() {
        return List.copyOf(told.values());
    }

    List<Told> posted() {
        return told.values().stream().filter(each -> each.seq().isPresent()).toList();
    }

    /** One line for each word that was not kept; what is asked must have been told before this begins. */
    static List<String> broken(Handle admin, List<Told> words) {
        Map<String, Stored> stored = new LinkedHashMap<>();
        admin.createQuery("""
                        SELECT j.key, j.seq, count(p.line) AS legs
                        FROM ledger.journal j LEFT JOIN ledger.posting p ON p.journal_seq = j.seq GROUP BY j.seq
                        """)
                .map((row, context) ->
                        Map.entry(row.getString("key"), new Stored(row.getLong("seq"), row.getInt("legs"))))
                .forEach(row -> stored.put(row.getKey(), row.getValue()));
        List<String> broken = new ArrayList<>();
        for (Told word : words) {
            Journal journal = word.journal();
            Optional<Stored> promised =
                    word.seq().map(seq -> new Stored(seq, journal.postings().size()));
            Optional<Stored> found = Optional.ofNullable(stored.get(journal.key()));
            if (!promised.equals(found)) {
                broken.add(journal.key() + " told " + promised + ", stored " + found);
            }
        }
        return broken;
    }
}
