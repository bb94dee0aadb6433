package cm.nkap.createcharge;

import cm.nkap.events.Envelope;
import cm.nkap.events.Outbox;
import cm.nkap.function.Config;
import cm.nkap.function.Database;
import cm.nkap.function.DatabaseConfig;
import cm.nkap.function.EventBatch;
import cm.nkap.function.FunctionApplication;
import cm.nkap.function.Orgs;
import cm.nkap.ledger.Ledger;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ChargeRows;
import cm.nkap.payments.ChargeStatus;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.payments.ExceptionRows;
import cm.nkap.payments.Failure;
import cm.nkap.payments.FeePlan;
import cm.nkap.payments.Ids;
import cm.nkap.payments.Merchant;
import cm.nkap.payments.MerchantRows;
import cm.nkap.payments.PersonalData;
import cm.nkap.providers.Msisdn;
import cm.nkap.testing.ServedFunction;
import cm.nkap.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.springframework.core.ResolvableType;

/** create-charge on a fresh database, shops that can be paid there, and what the books say afterwards. */
final class Till implements AutoCloseable {
    static final String DOUALA = "boutique-douala";
    static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");
    private static final PersonalData PERSONAL = new PersonalData(new byte[32]);
    private static final Ledger LEDGER = new Ledger();

    final ServedFunction<FunctionApplication> served;
    final Database database;
    private int made;

    Till(Map<String, String> more) {
        var settings = new HashMap<String, String>();
        settings.put("NKAP_PROVIDERS", "mtn,orange,camtel");
        settings.put("NKAP_PII_KEY", Base64.getEncoder().encodeToString(new byte[32]));
        settings.putAll(more);
        served = ServedFunction.start(
                settings, FunctionApplication::start, FunctionApplication::port, FunctionApplication::close);
        database = Database.open(Config.read(served.settings(), DatabaseConfig.class), events -> {});
        database.run(Orgs.all(), tx -> LEDGER.open(tx.handle(), ChartOfAccounts.platform()));
        limitOrange(served.database());
    }

    /** Orange takes 100 to 5,000 F here; MTN's limits are those that everybody starts with, Camtel has none. */
    private static void limitOrange(TestDatabase copy) {
        try (var admin = copy.admin().getConnection();
                var statement = admin.createStatement()) {
            statement.execute(
                    "INSERT INTO payments.amount_limit VALUES ('orange', 'charge', '2024-01-01Z', 100, 5000)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An organisation with its default merchant, whose id it returns. */
    String shop(String org, String status) {
        String id = Ids.next("mer");
        database.run(Orgs.all(), tx -> {
            MerchantRows.insert(tx.handle(), org, org, new Merchant(id, org, org, true, status, LONG_AGO));
            LEDGER.open(tx.handle(), List.of(ChartOfAccounts.ofMerchant(id, org)));
        });
        return id;
    }

    void feePlan(String org, FeePlan plan, Instant from) {
        database.run(Orgs.all(), tx -> MerchantRows.addFeePlan(tx.handle(), plan, org, "charge", from, "test"));
    }

    /** A charge over 1,000 F, of which 15 are the fee, that has come to this state. */
    Charge charge(String merchant, ChargeStatus status) {
        return charge(merchant, status, 15);
    }

    Charge charge(String merchant, ChargeStatus status, long fee) {
        var made = new Charge(
                Ids.next("ch"),
                DOUALA,
                merchant,
                ChargeStatus.PENDING,
                1000,
                fee,
                1000 - fee,
                "fp_1",
                "mtn",
                PERSONAL.seal(new Msisdn("237677123401"), DOUALA),
                "order",
                null,
                Map.of(),
                null,
                "somebody",
                null,
                null,
                "a".repeat(32),
                LONG_AGO,
                LONG_AGO.plusSeconds(300),
                null);
        database.run(Orgs.all(), tx -> {
            ChargeRows.insert(tx.handle(), made);
            if (status != ChargeStatus.PENDING) {
                ChargeRows.move(
                        tx.handle(),
                        List.of(new ChargeRows.Move(
                                made.id(),
                                ChargeStatus.PENDING,
                                status,
                                status == ChargeStatus.FAILED ? new Failure("earlier", "Earlier.") : null,
                                null,
                                status.isFinal() ? LONG_AGO : null)));
            }
        });
        return made;
    }

    /** So many pending charges over 1,000 F, stored at once. */
    List<Charge> charges(String merchant, int n) {
        Charge like = charge(merchant, ChargeStatus.PENDING);
        database.run(Orgs.all(), tx -> tx.handle()
                .createUpdate("INSERT INTO payments.charge SELECT (json_populate_record(c, json_build_object('id',"
                        + " 'ch_' || lpad((:from + i)::text, 26, '0')))).* FROM payments.charge c, generate_series(1, :n) i"
                        + " WHERE c.id = :like")
                .bind("from", made)
                .bind("n", n)
                .bind("like", like.id())
                .execute());
        made += n;
        return database.inTransaction(
                Orgs.all(),
                tx -> ChargeRows.findAll(
                        tx.handle(),
                        IntStream.rangeClosed(made - n + 1, made)
                                .mapToObj(i -> "ch_%026d".formatted(i))
                                .toList()));
    }

    /** How many of these charges have succeeded. */
    long settled(List<Charge> charges) {
        return counted("SELECT count(*) FROM payments.charge WHERE status = 'succeeded' AND id = ANY (:ids)", charges);
    }

    /** How many of these charges have exactly one journal, one event and one inbox row of that event's cause. */
    long collected(List<Charge> charges) {
        return counted("""
                SELECT count(*) FROM unnest(:ids) AS c (id)
                 WHERE (SELECT count(*) FROM ledger.journal j WHERE j.payment = c.id) = 1
                   AND (SELECT count(*) FROM events.outbox o WHERE o.about = c.id) = 1
                """, charges);
    }

    private long counted(String sql, List<Charge> charges) {
        return database.inTransaction(Orgs.all(), tx -> tx.handle()
                .createQuery(sql)
                .bindArray("ids", String.class, charges.stream().map(Charge::id).toList())
                .mapTo(Long.class)
                .one());
    }

    /** Transactions that this database has committed. */
    long committed() {
        return asAdmin("SELECT pg_stat_force_next_flush(), xact_commit FROM pg_stat_database"
                + " WHERE datname = current_database()");
    }

    long deadlocks() {
        return asAdmin("SELECT pg_stat_force_next_flush(), deadlocks FROM pg_stat_database"
                + " WHERE datname = current_database()");
    }

    long balance(String account) {
        return database.inTransaction(Orgs.all(), tx -> LEDGER.balances(tx.handle(), List.of(account)))
                .getFirst()
                .amount();
    }

    /** Ends a back end as an administrator may. */
    void kill(int backEnd) {
        asAdmin("SELECT pg_terminate_backend(" + backEnd + "), 1");
    }

    private long asAdmin(String sql) {
        try (var admin = served.database().admin().getConnection();
                var rows = admin.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getLong(2);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    Charge stored(String id) {
        return database.inTransaction(
                Orgs.all(), tx -> ChargeRows.find(tx.handle(), id).orElseThrow());
    }

    long charges(String org) {
        return database.inTransaction(Orgs.of(org), tx -> tx.handle()
                .createQuery("SELECT count(*) FROM payments.charge WHERE org_id = :org")
                .bind("org", org)
                .mapTo(Long.class)
                .one());
    }

    /** Settles as the event door would. */
    void settle(Envelope... events) {
        Consumer<EventBatch> bean = served.application()
                .context()
                .<Consumer<EventBatch>>getBeanProvider(
                        ResolvableType.forClassWithGenerics(Consumer.class, EventBatch.class))
                .getObject();
        bean.accept(new EventBatch(List.of(events)));
    }

    /** What was told about a charge, as NATS subjects without the system's name. */
    List<String> told(String charge) {
        return database.inTransaction(Orgs.all(), tx -> Outbox.forPayment(tx.handle(), charge).stream()
                .map(event -> event.natsSubject().substring("nkap.".length()))
                .toList());
    }

    List<Envelope> events(String charge) {
        return database.inTransaction(Orgs.all(), tx -> Outbox.forPayment(tx.handle(), charge));
    }

    /** The legs of every journal of a charge, debits positive; the merchant's account without its id. */
    List<String> journals(Charge charge) {
        return database.inTransaction(Orgs.all(), tx -> LEDGER.journalsOf(tx.handle(), charge.id()).stream()
                .map(journal -> journal.kind() + " "
                        + String.join(
                                " ",
                                journal.legs().stream()
                                        .map(leg ->
                                                leg.account().replace(charge.merchant(), "shop") + "=" + leg.amount())
                                        .toList()))
                .toList());
    }

    /** Reasons of the exceptions raised about a payment. */
    List<String> exceptions(String payment) {
        return database.inTransaction(Orgs.all(), tx -> ExceptionRows.page(tx.handle(), null, null, 100).stream()
                .filter(row -> row.payment().equals(payment))
                .map(ExceptionRows.Row::reason)
                .toList());
    }

    /** What is kept of money that came too late: amount and the provider's number of it. */
    List<String> receipts(String payment) {
        return database.inTransaction(Orgs.all(), tx -> tx.handle()
                .createQuery("SELECT amount || ' ' || provider_transaction FROM payments.unapplied_receipt"
                        + " WHERE payment = :payment")
                .bind("payment", payment)
                .mapTo(String.class)
                .list());
    }

    @Override
    public void close() {
        served.close();
        database.close();
    }
}
