package cm.nkap.query;

import cm.nkap.events.ChargeEvent;
import cm.nkap.events.Envelope;
import cm.nkap.events.Outbox;
import cm.nkap.events.PayoutEvent;
import cm.nkap.function.Database;
import cm.nkap.function.Orgs;
import cm.nkap.ledger.Account;
import cm.nkap.ledger.Journal;
import cm.nkap.ledger.Ledger;
import cm.nkap.ledger.Posting;
import cm.nkap.payments.CallbackRows;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ChargeRows;
import cm.nkap.payments.ChargeStatus;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.payments.ExceptionRows;
import cm.nkap.payments.Ids;
import cm.nkap.payments.Merchant;
import cm.nkap.payments.MerchantRows;
import cm.nkap.payments.Payout;
import cm.nkap.payments.PayoutRows;
import cm.nkap.payments.PayoutStatus;
import cm.nkap.payments.PersonalData;
import cm.nkap.payments.ProviderAttempt;
import cm.nkap.payments.ProviderRequest;
import cm.nkap.payments.ProviderRequestRows;
import cm.nkap.payments.SealedNumber;
import cm.nkap.providers.Msisdn;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Writes payments as the operations write them, so that reads have something to show. */
final class Written {
    static final String NUMBER = "237677123401";
    static final String SECRET_BODY = "what the provider said";
    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final PersonalData PERSONAL = new PersonalData(new byte[32]);
    private static final Ledger LEDGER = new Ledger();

    private final Database database;

    Written(Database database) {
        this.database = database;
    }

    /** One charge from request to journal, and what hangs on it. */
    record Paid(Charge charge, String request, String callback) {
        String id() {
            return charge.id();
        }
    }

    String merchant(String org, String name) {
        String id = Ids.next("mer");
        database.run(Orgs.all(), tx -> {
            MerchantRows.insert(tx.handle(), org, name, new Merchant(id, org, name, true, "active", NOW));
            LEDGER.open(tx.handle(), ChartOfAccounts.platform());
            LEDGER.open(tx.handle(), List.of(ChartOfAccounts.ofMerchant(id, org)));
        });
        return id;
    }

    Charge charge(String org, String merchant, String reference, @Nullable String customer) {
        var charge = new Charge(
                Ids.next("ch"),
                org,
                merchant,
                ChargeStatus.PENDING,
                1000,
                15,
                985,
                "fp_1",
                "mtn",
                sealed(),
                reference,
                "shoes",
                Map.of("cart", "7"),
                customer,
                "somebody",
                null,
                null,
                trace('a'),
                NOW,
                NOW.plus(Duration.ofMinutes(5)),
                null);
        database.run(Orgs.all(), tx -> ChargeRows.insert(tx.handle(), charge));
        return charge;
    }

    /** A charge that MTN collected: request, two attempts, callback, journal, events. */
    Paid paid(String org, String merchant, String reference, @Nullable String customer) {
        var charge = charge(org, merchant, reference, customer);
        String callback = Ids.next("cb");
        String request = asked(charge.id(), org, ProviderRequest.Kind.COLLECT, callback);
        database.run(Orgs.all(), tx -> {
            ChargeRows.lock(tx.handle(), List.of(charge.id()));
            ChargeRows.move(
                    tx.handle(),
                    List.of(new ChargeRows.Move(
                            charge.id(), ChargeStatus.PENDING, ChargeStatus.SUCCEEDED, null, "mtn-1", NOW)));
            Outbox.append(
                    tx.handle(),
                    List.of(
                            event(org, new ChargeEvent.Created(charge.id(), merchant, "mtn", 1000, "XAF")),
                            event(
                                    org,
                                    new ChargeEvent.Succeeded(charge.id(), merchant, "mtn", 1000, 15, 985, "mtn-1"))));
            post(
                    tx.handle(),
                    new Journal(
                            charge.id() + ":collected",
                            "charge.collected",
                            org,
                            charge.id(),
                            List.of(
                                    Posting.debit("float:mtn", 1000),
                                    Posting.credit(ChartOfAccounts.payable(merchant), 985),
                                    Posting.credit(ChartOfAccounts.FEES, 15))));
        });
        return new Paid(charge, request, callback);
    }

    /** What the gateway and the callback leave behind: a request, two attempts, one of them cut off, and a callback. */
    private String asked(String payment, String org, ProviderRequest.Kind kind, String callback) {
        var request = request(payment, org, kind);
        database.run(Orgs.all(), tx -> {
            ProviderRequestRows.insertMissing(tx.handle(), List.of(request));
            var submit = ProviderAttempt.begin(request, "submit", NOW);
            ProviderRequestRows.begin(
                    tx.handle(), List.of(submit, ProviderAttempt.begin(request, "status", NOW.plusSeconds(1))));
            ProviderRequestRows.finish(
                    tx.handle(),
                    List.of(new ProviderAttempt(
                            submit.id(),
                            org,
                            request.id(),
                            "submit",
                            NOW,
                            NOW.plusMillis(300),
                            "accepted",
                            202,
                            "taken for 2376••••••01",
                            null)));
            CallbackRows.insert(
                    tx.handle(),
                    List.of(new CallbackRows.Callback(
                            callback, org, "mtn", request.id(), payment, "PUT", NOW.plusSeconds(2))),
                    List.of(PERSONAL.seal(SECRET_BODY.getBytes(StandardCharsets.UTF_8), callback)));
        });
        return request.id();
    }

    private static ProviderRequest request(String payment, String org, ProviderRequest.Kind kind) {
        return new ProviderRequest(
                Ids.next("pr"),
                org,
                kind,
                payment,
                "mtn",
                UUID.randomUUID(),
                ProviderRequest.Status.CREATED,
                1000,
                sealed().sealed(),
                UUID.randomUUID().toString(),
                0,
                0,
                0,
                null,
                null,
                NOW.plus(Duration.ofMinutes(5)),
                NOW,
                "00-" + trace('c') + "-00f067aa0ba902b7-01",
                NOW);
    }

    /** A payout that has left the merchant's balance. */
    Payout payout(String org, String merchant, @Nullable String charge, long amount) {
        String id = Ids.next("po");
        var taken = new Journal(
                id + ":requested",
                "payout.requested",
                org,
                id,
                List.of(Posting.debit(ChartOfAccounts.payable(merchant), amount), Posting.credit("float:mtn", amount)));
        var payout = database.inTransaction(Orgs.all(), tx -> {
            post(tx.handle(), taken);
            var seq = LEDGER.journalsOf(tx.handle(), id).getFirst().seq();
            var made = payout(id, org, merchant, PayoutStatus.PENDING, charge, seq, amount);
            PayoutRows.insert(tx.handle(), List.of(made));
            Outbox.append(
                    tx.handle(), List.of(event(org, new PayoutEvent.Requested(id, merchant, "mtn", amount, "XAF"))));
            return made;
        });
        asked(id, org, ProviderRequest.Kind.DISBURSE, Ids.next("cb"));
        return payout;
    }

    /** A payout that waits for the float. */
    Payout queued(String org, String merchant, long amount) {
        var payout = payout(Ids.next("po"), org, merchant, PayoutStatus.QUEUED, null, null, amount);
        database.run(Orgs.all(), tx -> PayoutRows.insert(tx.handle(), List.of(payout)));
        return payout;
    }

    private static Payout payout(
            String id,
            String org,
            String merchant,
            PayoutStatus status,
            @Nullable String charge,
            @Nullable Long journal,
            long amount) {
        return new Payout(
                id,
                org,
                merchant,
                status,
                amount,
                0,
                "fp_free",
                "mtn",
                sealed(),
                "cash",
                charge,
                journal,
                status == PayoutStatus.QUEUED ? "float_short" : null,
                "somebody",
                null,
                null,
                trace('b'),
                NOW,
                null);
    }

    /** Money that came after the charge had failed. */
    void late(Charge charge) {
        database.run(Orgs.all(), tx -> {
            post(
                    tx.handle(),
                    new Journal(
                            charge.id() + ":unapplied",
                            "charge.unapplied",
                            charge.org(),
                            charge.id(),
                            List.of(Posting.debit("float:mtn", 1000), Posting.credit("suspense:mtn", 1000))));
            var seq = LEDGER.journalsOf(tx.handle(), charge.id()).getFirst().seq();
            ExceptionRows.keepReceipt(tx.handle(), charge, "mtn-9", seq, NOW);
            ExceptionRows.raise(
                    tx.handle(), charge.org(), ExceptionRows.STATUS_CONTRADICTION, charge.id(), "paid late", NOW);
        });
    }

    void topUp(long amount) {
        database.run(
                Orgs.all(),
                tx -> post(
                        tx.handle(),
                        new Journal(
                                "topup:" + UUID.randomUUID(),
                                "topup.arrived",
                                Account.PLATFORM,
                                null,
                                List.of(Posting.debit("float:mtn", amount), Posting.credit("bank:main", amount)))));
    }

    static String trace(char digit) {
        return String.valueOf(digit).repeat(32);
    }

    private static Envelope event(String org, cm.nkap.events.Event event) {
        return Envelope.of("/nkap/test", org, NOW, "00-" + trace('d') + "-00f067aa0ba902b7-01", event);
    }

    private static SealedNumber sealed() {
        return PERSONAL.seal(new Msisdn(NUMBER), "boutique-douala");
    }

    private static void post(Handle tx, Journal journal) {
        var verdict = LEDGER.post(tx, List.of(journal)).getFirst();
        if (!verdict.stands()) {
            throw new IllegalStateException(journal.key() + ": " + verdict);
        }
    }
}
