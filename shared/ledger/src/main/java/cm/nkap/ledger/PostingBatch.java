package cm.nkap.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Journals as the parallel arrays that {@code ledger.post} takes. */
final class PostingBatch {
    private final String[] keys;
    private final byte[][] prints;
    private final String[] kinds;
    private final String[] tenants;
    private final @Nullable String[] payments;
    private final @Nullable Long[] reversed;
    private final @Nullable LocalDate[] effects;
    private final Integer[] legJournal;
    private final Short[] legLine;
    private final Long[] legAccount;
    private final Long[] legAmount;

    PostingBatch(List<Journal> journals, Map<String, Long> ids) {
        int n = journals.size();
        int legs =
                journals.stream().mapToInt(journal -> journal.postings().size()).sum();
        keys = new String[n];
        prints = new byte[n][];
        kinds = new String[n];
        tenants = new String[n];
        payments = new String[n];
        reversed = new Long[n];
        effects = new LocalDate[n];
        legJournal = new Integer[legs];
        legLine = new Short[legs];
        legAccount = new Long[legs];
        legAmount = new Long[legs];
        int leg = 0;
        for (int i = 0; i < n; i++) {
            Journal journal = journals.get(i);
            keys[i] = journal.key();
            prints[i] = journal.fingerprint();
            kinds[i] = journal.kind();
            tenants[i] = journal.tenant();
            payments[i] = journal.payment();
            reversed[i] = journal.reverses();
            effects[i] = journal.effective();
            short line = 0;
            for (Posting posting : journal.postings()) {
                legJournal[leg] = i + 1;
                legLine[leg] = ++line;
                legAccount[leg] = Objects.requireNonNull(ids.get(posting.account()));
                legAmount[leg] = posting.amount();
                leg++;
            }
        }
    }

    void bind(Connection connection, PreparedStatement call) throws SQLException {
        call.setArray(1, connection.createArrayOf("text", keys));
        call.setArray(2, connection.createArrayOf("bytea", prints));
        call.setArray(3, connection.createArrayOf("text", kinds));
        call.setArray(4, connection.createArrayOf("text", tenants));
        call.setArray(5, connection.createArrayOf("text", payments));
        call.setArray(6, connection.createArrayOf("int8", reversed));
        call.setArray(7, connection.createArrayOf("date", effects));
        call.setArray(8, connection.createArrayOf("int4", legJournal));
        call.setArray(9, connection.createArrayOf("int2", legLine));
        call.setArray(10, connection.createArrayOf("int8", legAccount));
        call.setArray(11, connection.createArrayOf("int8", legAmount));
    }

    List<Verdict> verdicts(Integer[] codes, Long[] seqs, Long[] accounts, Map<Long, String> names) {
        List<Verdict> verdicts = new ArrayList<>(codes.length);
        for (int i = 0; i < codes.length; i++) {
            verdicts.add(
                    switch (codes[i]) {
                        case 0 -> new Verdict.Posted(seqs[i]);
                        case 1 -> new Verdict.Replayed(seqs[i]);
                        case 2 -> new Verdict.InsufficientFunds(name(names, accounts[i]));
                        case 3 -> new Verdict.UnknownAccount(name(names, accounts[i]));
                        case 4 -> new Verdict.Unbalanced();
                        case 5 -> new Verdict.KeyReused(seqs[i] == null ? 0 : seqs[i]);
                        case 6 -> new Verdict.AlreadyReversed();
                        case 7 -> new Verdict.NotTheReversal();
                        case 8 -> new Verdict.AccountClosed(name(names, accounts[i]));
                        case 9 -> new Verdict.NotInPeriod();
                        default -> throw new IllegalStateException("ledger.post answered " + codes[i]);
                    });
        }
        return verdicts;
    }

    private static String name(Map<Long, String> names, Long account) {
        String name = names.get(account);
        return name == null ? "?" : name;
    }
}
