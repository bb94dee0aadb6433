package cm.nkap.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Posts a batch in which a key may come more than once: Postgres sees each key once in a call, so that a repeat does not
 * send its neighbours through the exact path, and the repeats get the verdicts that they would have got one by one.
 */
final class RepeatedKeys {
    private final List<Journal> journals;
    private final Function<List<Journal>, List<Verdict>> post;
    private final @Nullable Verdict[] verdicts;
    private final List<Integer> next = new ArrayList<>();

    private RepeatedKeys(List<Journal> journals, Function<List<Journal>, List<Verdict>> post) {
        this.journals = journals;
        this.post = post;
        this.verdicts = new Verdict[journals.size()];
    }

    /** @param post posts journals of different keys and gives one verdict for each, in order */
    static List<Verdict> post(List<Journal> journals, Function<List<Journal>, List<Verdict>> post) {
        if (journals.stream().map(Journal::key).distinct().count() == journals.size()) {
            return post.apply(journals);
        }
        return new RepeatedKeys(journals, post).run();
    }

    private List<Verdict> run() {
        Map<String, Integer> earlier = new HashMap<>();
        for (int i = 0; i < journals.size(); i++) {
            Integer first = earlier.putIfAbsent(journals.get(i).key(), i);
            Verdict answer = first == null ? null : repeat(i, first);
            if (answer == null) {
                // A refused journal leaves nothing behind: this one is the first of its key.
                earlier.put(journals.get(i).key(), i);
                next.add(i);
            } else {
                verdicts[i] = answer;
            }
        }
        postNext();
        return Arrays.stream(verdicts).map(Objects::requireNonNull).toList();
    }

    /** What a journal gets whose key came before in this batch; nothing when the one before was refused. */
    private @Nullable Verdict repeat(int repeated, int first) {
        if (verdicts[first] == null) {
            postNext();
        }
        long seq =
                switch (verdicts[first]) {
                    case Verdict.Posted posted -> posted.seq();
                    case Verdict.Replayed replayed -> replayed.seq();
                    case null, default -> 0;
                };
        if (seq == 0) {
            return null;
        }
        boolean same = Arrays.equals(
                journals.get(first).fingerprint(), journals.get(repeated).fingerprint());
        return same ? new Verdict.Replayed(seq) : new Verdict.KeyReused(seq);
    }

    private void postNext() {
        if (next.isEmpty()) {
            return;
        }
        List<Verdict> given = post.apply(next.stream().map(journals::get).toList());
        for (int i = 0; i < given.size(); i++) {
            verdicts[next.get(i)] = given.get(i);
        }
        next.clear();
    }
}
