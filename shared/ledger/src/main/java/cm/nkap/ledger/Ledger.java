package cm.nkap.ledger;

import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/**
 * Double entry on Postgres. Every call joins the caller's transaction (READ COMMITTED) and never opens one, so that a
 * state change and its money commit together. Thread-safe; keeps only the numbers of accounts, which never change.
 *
 * <p>Post last in a transaction: from the first posting to the commit this transaction is the ledger's only writer.
 */
public final class Ledger {
    private static final long NO_ACCOUNT = -1;

    private final Map<String, Long> accountIds = new ConcurrentHashMap<>();

    /** Opens accounts that are not open yet. An account open with another nature is an error of the caller. */
    public void open(Handle tx, List<Account> accounts) {
        // in one order, or two callers that open the same accounts would wait for each other
        for (Account account :
                accounts.stream().sorted(Comparator.comparing(Account::name)).toList()) {
            tx.createQuery("SELECT ledger.open_account(:name, :type, :floor, :tenant)")
                    .bind("name", account.name())
                    .bind("type", account.type().text())
                    .bindBySqlType("floor", account.floor(), Types.BIGINT)
                    .bind("tenant", account.tenant())
                    .mapTo(Long.class)
                    .one();
        }
    }

    /**
     * Closes accounts for ever: they refuse every journal from now on, and their names are never used again. One that
     * holds anything is an error of the caller.
     */
    public void close(Handle tx, List<String> accounts) {
        for (String account : accounts.stream().sorted().toList()) {
            tx.createQuery("SELECT ledger.close_account(:name)::text")
                    .bind("name", account)
                    .mapTo(String.class)
                    .list();
        }
    }

    /** Closes the books up to the end of that business day: no journal takes effect then or earlier any more. */
    public void closePeriod(Handle tx, LocalDate through) {
        tx.createQuery("SELECT ledger.close_period(:through)::text")
                .bind("through", through)
                .mapTo(String.class)
                .list();
    }

    /**
     * Posts journals in order, each wholly or not at all; a refused one never harms its neighbours.
     *
     * @return one verdict per journal, in the same order
     */
    public List<Verdict> post(Handle tx, List<Journal> journals) {
        return journals.isEmpty() ? List.of() : RepeatedKeys.post(journals, distinct -> postOnce(tx, distinct));
    }

    /** @param journals each with a key of its own */
    private List<Verdict> postOnce(Handle tx, List<Journal> journals) {
        Map<Long, String> names = new HashMap<>();
        var batch = new PostingBatch(journals, ids(tx, journals, names));
        try {
            return post(tx.getConnection(), batch, names);
        } catch (SQLException e) {
            throw new UnableToExecuteStatementException(e, null);
        }
    }

    /** The balances of the accounts named that exist and that the reader may see. */
    public List<Balance> balances(Handle tx, Collection<String> accounts) {
        return LedgerReads.balances(tx, accounts);
    }

    /** What the accounts named held at a moment, in whole francs on their growing side, by when journals were posted. */
    public Map<String, Long> balancesAt(Handle tx, Collection<String> accounts, Instant moment) {
        return LedgerReads.balancesAt(tx, accounts, moment);
    }

    /**
     * What the accounts named held at the end of a business day, by when journals took effect: also what was posted
     * later for that day or an earlier one.
     */
    public Map<String, Long> balancesOn(Handle tx, Collection<String> accounts, LocalDate day) {
        return LedgerReads.balancesOn(tx, accounts, day);
    }

    /** An account's history with its running balance, oldest first: at most {@code limit} lines after that version. */
    public List<StatementLine> statement(Handle tx, String account, long afterVersion, int limit) {
        return LedgerReads.statement(tx, account, afterVersion, limit);
    }

    /** The journals of a payment, oldest first, as far as the reader may see them. */
    public List<PostedJournal> journalsOf(Handle tx, String payment) {
        return LedgerReads.journalsOf(tx, payment);
    }

    /** Journals before {@code beforeSeq} (exclusive), newest first, at most {@code limit}. */
    public List<PostedJournal> journals(Handle tx, long beforeSeq, int limit) {
        return LedgerReads.journals(tx, beforeSeq, limit);
    }

    private List<Verdict> post(Connection connection, PostingBatch batch, Map<Long, String> names) throws SQLException {
        try (CallableStatement call =
                connection.prepareCall("{call ledger.post(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)}")) {
            batch.bind(connection, call);
            for (int out = 12; out <= 14; out++) {
                call.registerOutParameter(out, Types.ARRAY);
            }
            call.execute();
            return batch.verdicts(
                    integers(call.getArray(12)), longs(call.getArray(13)), longs(call.getArray(14)), names);
        }
    }

    private static Integer[] integers(Array array) throws SQLException {
        return (Integer[]) array.getArray();
    }

    private static Long[] longs(Array array) throws SQLException {
        return (Long[]) array.getArray();
    }

    private Map<String, Long> ids(Handle tx, List<Journal> journals, Map<Long, String> names) {
        Map<String, Long> ids = new HashMap<>();
        Set<String> wanted = new HashSet<>();
        for (Journal journal : journals) {
            for (Posting posting : journal.postings()) {
                wanted.add(posting.account());
            }
        }
        List<String> unknown = new ArrayList<>();
        for (String name : wanted) {
            Long known = accountIds.get(name);
            if (known == null) {
                unknown.add(name);
            } else {
                ids.put(name, known);
            }
        }
        if (!unknown.isEmpty()) {
            tx.createQuery("SELECT name, id, settled FROM ledger.account_ids(:names)")
                    .bindArray("names", String.class, unknown)
                    .map((row, context) ->
                            new Found(row.getString("name"), row.getLong("id"), row.getBoolean("settled")))
                    .forEach(found -> {
                        ids.put(found.name(), found.id());
                        if (found.settled()) {
                            accountIds.put(found.name(), found.id());
                        }
                    });
        }
        long missing = NO_ACCOUNT;
        for (String name : wanted) {
            // every unknown account gets a number of its own, so that the verdict can name it
            if (!ids.containsKey(name)) {
                ids.put(name, missing--);
            }
        }
        ids.forEach((name, id) -> names.put(id, name));
        return ids;
    }

    /** @param settled open before this transaction, so that its number may be kept when this one is rolled back */
    private record Found(String name, long id, boolean settled) {}
}
