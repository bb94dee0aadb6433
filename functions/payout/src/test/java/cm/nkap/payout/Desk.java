package cm.nkap.payout;

import cm.nkap.events.DeliveryFailed;
import cm.nkap.events.Envelope;
import cm.nkap.events.Event;
import cm.nkap.events.Outbox;
import cm.nkap.events.Subscription;
import cm.nkap.function.Config;
import cm.nkap.function.Database;
import cm.nkap.function.DatabaseConfig;
import cm.nkap.function.FunctionApplication;
import cm.nkap.function.Orgs;
import cm.nkap.ledger.Account;
import cm.nkap.ledger.Journal;
import cm.nkap.ledger.Ledger;
import cm.nkap.ledger.Posting;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.payments.ExceptionRows;
import cm.nkap.payments.FeePlan;
import cm.nkap.payments.Ids;
import cm.nkap.payments.Merchant;
import cm.nkap.payments.MerchantRows;
import cm.nkap.payments.Payout;
import cm.nkap.payments.PayoutPreference;
import cm.nkap.payments.PayoutRows;
import cm.nkap.payments.PersonalData;
import cm.nkap.payments.SealedNumber;
import cm.nkap.providers.Msisdn;
import cm.nkap.testing.ServedFunction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** payout on a fresh database, shops with money to pay out, and what the books say afterwards. */
final class Desk implements AutoCloseable {
    static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");
    static final SealedNumber WALLET =
            new PersonalData(new byte[32]).seal(new Msisdn("237677123401"), "boutique-douala");
    private static final Ledger LEDGER = new Ledger();

    final ServedFunction<FunctionApplication> served = ServedFunction.start(
            Map.of(
                    "NKAP_PROVIDERS",
                    "mtn,orange,camtel",
                    "NKAP_PII_KEY",
                    Base64.getEncoder().encodeToString(new byte[32])),
            FunctionApplication::start,
            FunctionApplication::port,
            FunctionApplication::close);
    final Database database = Database.open(Config.read(served.settings(), DatabaseConfig.class), events -> {});

    Desk() {
        database.run(Orgs.all(), tx -> LEDGER.open(tx.handle(), ChartOfAccounts.platform()));
        // Orange pays out 100 to 5,000 F here; MTN's limits are those that everybody starts with, Camtel has none.
        try (var admin = served.database().admin().getConnection();
                var statement = admin.createStatement()) {
            statement.execute(
                    "INSERT INTO payments.amount_limit VALUES ('orange', 'payout', '2024-01-01Z', 100, 5000)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A merchant of an organisation of its own. */
    record Shop(String org, String id) {}

    Shop shop(String org, long balance) {
        var shop = new Shop(org, Ids.next("mer"));
        database.run(Orgs.all(), tx -> {
            MerchantRows.insert(tx.handle(), org, org, new Merchant(shop.id(), org, org, true, "active", LONG_AGO));
            LEDGER.open(tx.handle(), List.of(ChartOfAccounts.ofMerchant(shop.id(), org)));
        });
        if (balance > 0) {
            earn(shop, balance);
        }
        return shop;
    }

    void earn(Shop shop, long amount) {
        post(
                shop.org(),
                Posting.debit(ChartOfAccounts.bank("main"), amount),
                Posting.credit(ChartOfAccounts.payable(shop.id()), amount));
    }

    void feePlan(Shop shop, int basisPoints, long fixed) {
        var plan = new FeePlan(Ids.next("fp"), basisPoints, fixed, null);
        database.run(
                Orgs.all(), tx -> MerchantRows.addFeePlan(tx.handle(), plan, shop.org(), "payout", LONG_AGO, "test"));
    }

    void prefer(Shop shop, boolean automatic, String provider) {
        database.run(
                Orgs.all(),
                tx -> MerchantRows.prefer(
                        tx.handle(),
                        new PayoutPreference(shop.id(), shop.org(), automatic, provider, WALLET),
                        "test",
                        LONG_AGO));
    }

    /** Makes our money at a provider exactly this much. */
    void floatIs(String provider, long amount) {
        String account = ChartOfAccounts.floatAt(provider);
        long change = amount - balance(account);
        if (change != 0) {
            post(Account.PLATFORM, new Posting(account, change), new Posting(ChartOfAccounts.bank("main"), -change));
        }
    }

    long payable(Shop shop) {
        return balance(ChartOfAccounts.payable(shop.id()));
    }

    long balance(String account) {
        return database.inTransaction(
                Orgs.all(),
                tx -> LEDGER.balances(tx.handle(), List.of(account)).getFirst().amount());
    }

    private void post(String tenant, Posting... legs) {
        database.run(Orgs.all(), tx -> {
            var journal = new Journal("test:" + UUID.randomUUID(), "test", tenant, null, List.of(legs));
            var verdict = LEDGER.post(tx.handle(), List.of(journal)).getFirst();
            if (!verdict.stands()) {
                throw new IllegalStateException(verdict.toString());
            }
        });
    }

    /** Hands an event over as the dispatcher does, each time under a new id. */
    void tell(String org, Event event) {
        deliver(Envelope.of("/nkap/test", org, Instant.now(), null, event));
    }

    void deliver(Envelope event) {
        try {
            served.application().inProcess().deliver(new Subscription("payout", event.natsSubject()), event);
        } catch (DeliveryFailed e) {
            throw new IllegalStateException("not settled", e);
        }
    }

    Payout stored(String id) {
        return database.inTransaction(
                Orgs.all(), tx -> PayoutRows.find(tx.handle(), id).orElseThrow());
    }

    /** The payouts of a shop, oldest first. */
    List<Payout> payouts(Shop shop) {
        return database.inTransaction(
                Orgs.all(),
                tx -> PayoutRows.findAll(
                        tx.handle(),
                        tx.handle()
                                .createQuery("SELECT id FROM payments.payout WHERE merchant = :shop")
                                .bind("shop", shop.id())
                                .mapTo(String.class)
                                .list()));
    }

    /** What was told about a payout, as NATS subjects without the system's name. */
    List<String> told(String payout) {
        return events(payout).stream()
                .map(event -> event.natsSubject().substring("nkap.".length()))
                .toList();
    }

    List<Envelope> events(String payout) {
        return database.inTransaction(Orgs.all(), tx -> Outbox.forPayment(tx.handle(), payout));
    }

    /** The legs of every journal of a payout, debits positive; the merchant's account without its id. */
    List<String> journals(Payout payout) {
        return database.inTransaction(Orgs.all(), tx -> LEDGER.journalsOf(tx.handle(), payout.id()).stream()
                .map(journal -> journal.kind() + " "
                        + String.join(
                                " ",
                                journal.legs().stream()
                                        .map(leg ->
                                                leg.account().replace(payout.merchant(), "shop") + "=" + leg.amount())
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

    @Override
    public void close() {
        served.close();
        database.close();
    }
}
