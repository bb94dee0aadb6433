package cm.nkap.ledger.bench;

import cm.nkap.ledger.GroupCommit;
import cm.nkap.ledger.Journal;
import cm.nkap.ledger.Ledger;
import cm.nkap.ledger.Posting;
import cm.nkap.ledger.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Our ledger at work on one database: one connection, one writer, whoever waits goes into the next commit. */
final class NkapBooks implements Contender.Running {
    private static final Map<String, String> CHECKS = Map.of(
            "all postings are zero together", "SELECT sum(amount) FROM ledger.posting HAVING sum(amount) <> 0",
            "journal numbers have no gap",
                    "SELECT count(*) FROM ledger.journal HAVING count(*) + 1 <> (SELECT next_seq FROM ledger.head)",
            "each journal has its legs and nets to zero", """
                    SELECT j.seq FROM ledger.journal j LEFT JOIN (
                        SELECT journal_seq, count(*) AS legs, sum(amount) AS net FROM ledger.posting GROUP BY 1) p
                        ON p.journal_seq = j.seq
                    WHERE p.legs IS DISTINCT FROM j.legs OR p.net <> 0 LIMIT 1
                    """,
            "a balance is the sum of its postings", """
                    SELECT b.account_id FROM ledger.balance b LEFT JOIN (
                        SELECT account_id, sum(amount) AS net, count(*) AS moves FROM ledger.posting GROUP BY 1) p
                        ON p.account_id = b.account_id
                    WHERE b.debits - b.credits <> coalesce(p.net, 0) OR b.version <> coalesce(p.moves, 0) LIMIT 1
                    """);

    private final Ledger ledger = new Ledger();
    private final BlockingQueue<Handle> sessions = new LinkedBlockingQueue<>();
    private final String adminUrl;
    private final Chart chart;
    private final GroupCommit<Journal, Verdict> group;
    private final LongAdder commits = new LongAdder();
    /** Grows with time, as the identifiers of payments do, and differs between processes. */
    private final AtomicLong last = new AtomicLong(
            (System.currentTimeMillis() << 20) | (ProcessHandle.current().pid() & 7) << 17);

    NkapBooks(String appUrl, String adminUrl, Chart chart, GroupCommit.Size size) {
        for (int i = 0; i < size.workers(); i++) {
            sessions.add(Jdbi.create(appUrl).open());
        }
        this.adminUrl = adminUrl;
        this.chart = chart;
        this.group = GroupCommit.ofJournals(size, ledger, this::commit);
    }

    @Override
    public Contender.Session session() {
        return move -> NkapLedger.posted(group.submit(journal(move)));
    }

    @Override
    public boolean isShared() {
        return true;
    }

    private List<Verdict> commit(Function<Handle, List<Verdict>> work) {
        Handle session = Objects.requireNonNull(sessions.poll(), "a connection for each worker");
        try {
            commits.increment();
            return NkapLedger.in(session, work::apply);
        } finally {
            sessions.add(session);
        }
    }

    /** So many at once, past the queue. */
    List<Verdict> post(RandomGenerator random, int journals, Workload workload) {
        List<Journal> batch = Stream.generate(() -> journal(workload.next(random, chart)))
                .limit(journals)
                .toList();
        return commit(tx -> ledger.post(tx, batch));
    }

    /** How many stand in the books. */
    long journals() {
        try (Handle admin = Jdbi.create(adminUrl).open()) {
            return admin.createQuery("SELECT next_seq - 1 FROM ledger.head")
                    .mapTo(Long.class)
                    .one();
        }
    }

    private Journal journal(Move move) {
        List<Posting> postings = move.legs().stream()
                .map(leg -> new Posting(NkapLedger.account(leg.account(), chart), leg.amount()))
                .toList();
        String payment = "ch_" + padded(last.incrementAndGet());
        int merchant = move.debit() == Chart.FLOAT ? move.credit() : move.debit();
        return new Journal(
                payment + ":collected", "charge.collected", NkapLedger.tenant(merchant, chart), payment, postings);
    }

    @Override
    public long commits() {
        return commits.sum();
    }

    @Override
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        try (Handle admin = Jdbi.create(adminUrl).open()) {
            CHECKS.forEach((claim, query) -> admin.createQuery(query)
                    .mapTo(Long.class)
                    .forEach(about -> faults.add("not so: " + claim + ": " + about)));
        }
        return faults;
    }

    @Override
    public void close() {
        sessions.forEach(Handle::close);
    }

    /** As long as our identifiers are. */
    private static String padded(long number) {
        String digits = Long.toString(number, 32);
        return "0".repeat(13 - digits.length()) + digits + "0123456789abc";
    }
}
