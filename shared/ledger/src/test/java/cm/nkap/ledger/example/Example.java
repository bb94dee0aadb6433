package cm.nkap.ledger.example;

import cm.nkap.database.Migrations;
import cm.nkap.ledger.Account;
import cm.nkap.ledger.AccountType;
import cm.nkap.ledger.Journal;
import cm.nkap.ledger.Ledger;
import cm.nkap.ledger.Posting;
import cm.nkap.ledger.StatementLine;
import cm.nkap.ledger.Verdict;
import cm.nkap.ledger.Verifier;
import cm.nkap.testing.Postgres;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The ledger taken alone: {@code ./dev example ledger}. Needs nothing but this module and a Postgres 18. */
public final class Example {
    private static final String DATABASE = "ledger_example";
    private static final String FLOAT = "float:mtn";
    private static final String MERCHANT = "merchant:mer_1:payable";
    private static final String FEES = "platform:fees";
    private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");

    private final Ledger ledger = new Ledger();
    private final Jdbi jdbi;
    private final PrintStream out;

    private Example(Jdbi jdbi, PrintStream out) {
        this.jdbi = jdbi;
        this.out = out;
    }

    public static void main(String[] arguments) {
        FLYWAY.setLevel(Level.WARNING);
        run(Postgres.shared(), System.out);
    }

    /** Returns whether the books were right at the end. */
    static boolean run(Postgres postgres, PrintStream out) {
        Jdbi admin = Jdbi.create(postgres.adminUrl("postgres"));
        admin.useHandle(session -> session.execute("CREATE DATABASE " + DATABASE));
        try {
            Migrations.run(postgres.adminUrl(DATABASE));
            // the role that owns nothing: it may post and read, no more
            return new Example(Jdbi.create(postgres.adminUrl(DATABASE) + "&options=-c%20role%3Dnkap_app"), out).tell();
        } finally {
            admin.useHandle(session -> session.execute("DROP DATABASE " + DATABASE + " WITH (FORCE)"));
        }
    }

    private boolean tell() {
        in(tx -> {
            ledger.open(
                    tx,
                    List.of(
                            new Account(FLOAT, AccountType.ASSET, 0L, Account.PLATFORM),
                            new Account(MERCHANT, AccountType.LIABILITY, 0L, "douala"),
                            new Account(FEES, AccountType.INCOME, null, Account.PLATFORM)));
            return true;
        });
        Journal charge = new Journal(
                "ch_1:collected",
                "charge.collected",
                "douala",
                "ch_1",
                List.of(Posting.debit(FLOAT, 10_000), Posting.credit(MERCHANT, 9_850), Posting.credit(FEES, 150)));
        Verdict posted = post("a charge of 10,000, 150 of it ours", charge);
        post("the same again: a retry", charge);
        post("a payout of 20,000", payout("po_1", 20_000));
        post("a payout of 4,000", payout("po_2", 4_000));
        if (posted instanceof Verdict.Posted(long seq)) {
            post("the charge undone, after the payout", undone(charge, seq));
            post("money back from the merchant", returned());
            post("the charge undone", undone(charge, seq));
            post("the charge undone once more, under another key", renamed(undone(charge, seq)));
        }
        out.println("\nstatement of " + MERCHANT);
        for (StatementLine line : in(tx -> ledger.statement(tx, MERCHANT, 0, 100))) {
            out.printf(
                    "  %d  %-24s %,9d  holds %,9d%n", line.version(), line.kind(), line.amount(), line.balanceAfter());
        }
        Verifier.Report report = new Verifier(10).verify(jdbi, List.of());
        out.printf(
                "%nverified %d journals with %d postings, hash by hash: %s%n",
                report.journals(), report.postings(), report.clean() ? "all is right" : report.findings());
        return report.clean();
    }

    private Verdict post(String what, Journal journal) {
        Verdict verdict = in(tx -> ledger.post(tx, List.of(journal))).getFirst();
        out.printf("%-48s %s%n", what, verdict);
        return verdict;
    }

    /** One transaction; what else an operation writes would stand in it too. */
    private <T> T in(Function<Handle, T> work) {
        return jdbi.inTransaction(tx -> {
            tx.createQuery("SELECT set_config('nkap.orgs', '*', true)")
                    .mapTo(String.class)
                    .one();
            return work.apply(tx);
        });
    }

    private static Journal payout(String payment, long amount) {
        return new Journal(
                payment + ":paid",
                "payout.paid",
                "douala",
                payment,
                List.of(Posting.debit(MERCHANT, amount), Posting.credit(FLOAT, amount)));
    }

    private static Journal returned() {
        return new Journal(
                "po_2:returned",
                "payout.returned",
                "douala",
                "po_2",
                List.of(Posting.debit(FLOAT, 4_000), Posting.credit(MERCHANT, 4_000)));
    }

    private static Journal undone(Journal journal, long seq) {
        List<Posting> opposite = journal.postings().stream()
                .map(leg -> new Posting(leg.account(), -leg.amount()))
                .toList();
        return new Journal(
                journal.key() + ":undone", "charge.undone", journal.tenant(), journal.payment(), opposite, seq);
    }

    private static Journal renamed(Journal journal) {
        return new Journal(
                journal.key() + ":again",
                journal.kind(),
                journal.tenant(),
                journal.payment(),
                journal.postings(),
                journal.reverses());
    }
}
