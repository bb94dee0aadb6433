package cm.nkap.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.TestDatabase;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** A ledger on a database of its own, with one session as the application; when it is closed its books must be sound. */
final class Books implements AutoCloseable {
    static final String EVERY_TENANT = "*";
    static final String FLOAT = "float:mtn";
    static final String BANK = "bank:main";
    static final String FEES = "platform:fees";
    static final String DOUALA = "merchant:douala:payable";
    static final String YAOUNDE = "merchant:yaounde:payable";

    final Ledger ledger = new Ledger();
    private final TestDatabase database;
    private final Jdbi admin;
    private final Handle session;

    Books() {
        this(TestDatabase.create());
    }

    Books(TestDatabase database) {
        this.database = database;
        admin = Jdbi.create(database.admin());
        session = newSession();
    }

    /** Opens a float and two merchants that never go below zero, a bank and an income account that may. */
    static Books withAccounts() {
        return withAccounts(TestDatabase.create());
    }

    static Books withAccounts(TestDatabase database) {
        Books books = new Books(database);
        books.open(
                new Account(FLOAT, AccountType.ASSET, 0L, Account.PLATFORM),
                new Account(BANK, AccountType.ASSET, null, Account.PLATFORM),
                new Account(FEES, AccountType.INCOME, null, Account.PLATFORM),
                new Account(DOUALA, AccountType.LIABILITY, 0L, "douala"),
                new Account(YAOUNDE, AccountType.LIABILITY, 0L, "yaounde"));
        return books;
    }

    static Journal journal(String key, Posting... legs) {
        return new Journal(key, "test", Account.PLATFORM, null, List.of(legs));
    }

    /** The debit account grows, or the credit account, by which they are; two legs. */
    static Journal move(String key, String debit, String credit, long amount) {
        return journal(key, Posting.debit(debit, amount), Posting.credit(credit, amount));
    }

    static Journal reversal(String key, Journal original, long seq) {
        List<Posting> legs = original.postings().stream()
                .map(leg -> new Posting(leg.account(), -leg.amount()))
                .toList();
        return new Journal(key, original.kind() + ".reversed", original.tenant(), original.payment(), legs, seq);
    }

    /** Connections of the application. */
    Jdbi app() {
        return Jdbi.create(database.app());
    }

    TestDatabase database() {
        return database;
    }

    /** Another connection of the application. */
    Handle newSession() {
        return app().open();
    }

    /** Seals as if it were then; journals posted afterwards are not posted earlier. */
    int sealUntil(Instant then) {
        return admin.inTransaction(tx -> {
            tx.execute("SET LOCAL ROLE nkap_owner");
            return tx.createQuery("SELECT ledger.seal_until(:then)")
                    .bind("then", then)
                    .mapTo(Integer.class)
                    .one();
        });
    }

    /** The roots that somebody kept. */
    List<SealedRoot> roots() {
        return in(EVERY_TENANT, tx -> new Seals().after(tx, 0, 1_000));
    }

    Handle session() {
        return session;
    }

    /** A transaction of the application that may see these tenants. */
    static <T> T in(Handle session, String tenants, HandleCallback<T, RuntimeException> work) {
        return session.inTransaction(tx -> {
            see(tx, tenants);
            return work.withHandle(tx);
        });
    }

    static void see(Handle tx, String tenants) {
        tx.createQuery("SELECT set_config('nkap.orgs', :tenants, true)")
                .bind("tenants", tenants)
                .mapTo(String.class)
                .one();
    }

    <T> T in(String tenants, HandleCallback<T, RuntimeException> work) {
        return in(session, tenants, work);
    }

    void open(Account... accounts) {
        in(EVERY_TENANT, tx -> {
            ledger.open(tx, Arrays.asList(accounts));
            return accounts.length;
        });
    }

    /** Posts in one call and one transaction. */
    List<Verdict> post(Journal... journals) {
        return post(Arrays.asList(journals));
    }

    List<Verdict> post(List<Journal> journals) {
        return in(EVERY_TENANT, tx -> ledger.post(tx, journals));
    }

    /** Posts as a caller that may see only these tenants. */
    List<Verdict> postAs(String tenants, Journal... journals) {
        return in(tenants, tx -> ledger.post(tx, Arrays.asList(journals)));
    }

    /** Posts in another session. */
    List<Verdict> postIn(Handle other, Journal... journals) {
        return in(other, EVERY_TENANT, tx -> ledger.post(tx, Arrays.asList(journals)));
    }

    Balance balance(String account) {
        return in(EVERY_TENANT, tx -> ledger.balances(tx, List.of(account))).getFirst();
    }

    long amount(String account) {
        return balance(account).amount();
    }

    /** Behind the policies, as the administrator. */
    <T> T admin(HandleCallback<T, RuntimeException> work) {
        return admin.withHandle(work);
    }

    void assertSound() {
        assertThat(admin(Soundness::faults)).isEmpty();
    }

    /** Without a look: the test has looked, and its session may be broken. */
    void discard() {
        try {
            session.close();
        } catch (JdbiException e) {
            // a broken connection cannot say goodbye
            return;
        } finally {
            database.close();
        }
    }

    @Override
    public void close() {
        try {
            assertSound();
        } finally {
            session.close();
            database.close();
        }
    }
}
