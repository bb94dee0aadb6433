package cm.nkap.providergateway;

import cm.nkap.events.ChargeEvent;
import cm.nkap.events.Envelope;
import cm.nkap.events.Event;
import cm.nkap.events.Outbox;
import cm.nkap.events.PayoutEvent;
import cm.nkap.events.ProviderEvent;
import cm.nkap.function.Config;
import cm.nkap.function.Database;
import cm.nkap.function.DatabaseConfig;
import cm.nkap.function.Orgs;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ChargeRows;
import cm.nkap.payments.ChargeStatus;
import cm.nkap.payments.ExceptionRows;
import cm.nkap.payments.Ids;
import cm.nkap.payments.Payout;
import cm.nkap.payments.PayoutRows;
import cm.nkap.payments.PayoutStatus;
import cm.nkap.payments.PersonalData;
import cm.nkap.payments.ProviderAttempt;
import cm.nkap.payments.ProviderRequest;
import cm.nkap.payments.ProviderRequestRows;
import cm.nkap.payments.SealedNumber;
import cm.nkap.providers.Msisdn;
import cm.nkap.providers.ProviderName;
import cm.nkap.testing.TestDatabase;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The gateway on a fresh database with a provider that answers as the test's script says. */
final class Line implements AutoCloseable {
    static final String ORG = "boutique-douala";
    static final String NUMBER = "237677123401";
    static final String TRACE = "00-" + "c".repeat(32) + "-00f067aa0ba902b7-01";
    private static final PersonalData PERSONAL = new PersonalData(new byte[32]);
    static final SealedNumber SEALED = PERSONAL.seal(new Msisdn(NUMBER), ORG);

    /** The settings that everybody starts with, but with short pauses between submissions and a short schedule. */
    static final ProviderGatewayConfig CONFIG = config(Duration.ofMinutes(15), 3, Duration.ofMinutes(10));

    /** Every "not found" proves at once what it can. */
    static final ProviderGatewayConfig EAGER = config(Duration.ZERO, 1, Duration.ZERO);

    private final TestDatabase copy = TestDatabase.create();
    final Database database = Database.open(Config.read(copy.settings(), DatabaseConfig.class), events -> {});
    private ScriptedProvider provider = new ScriptedProvider();

    private static ProviderGatewayConfig config(Duration notFoundAge, int notFoundAnswers, Duration notFoundSpan) {
        return new ProviderGatewayConfig(
                URI.create("http://127.0.0.1:8080"),
                List.of(Duration.ofSeconds(5), Duration.ofMinutes(1), Duration.ofHours(1)),
                Duration.ofDays(7),
                3,
                Duration.ofMillis(1),
                notFoundAge,
                notFoundAnswers,
                notFoundSpan,
                List.of(Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofHours(24)),
                notFoundAge,
                Duration.ofSeconds(45),
                0);
    }

    /** A provider that knows nothing yet, for the gateways made from now on. */
    ScriptedProvider newScript() {
        provider = new ScriptedProvider();
        return provider;
    }

    RequestJournal journal(ProviderGatewayConfig config) {
        return new RequestJournal(database, new Transitions(config), PERSONAL, config);
    }

    ProviderGateway gateway(ProviderGatewayConfig config) {
        return new ProviderGateway(Map.of(ProviderName.MTN, provider), PERSONAL, journal(config), config);
    }

    ProviderGateway gateway() {
        return gateway(CONFIG);
    }

    /** A charge over 1,000 F that waits to be collected; how the gateway hears of it. */
    Envelope charge(Duration promptLife) {
        var now = Instant.now();
        var charge = new Charge(
                Ids.next("ch"),
                ORG,
                "mer_1",
                ChargeStatus.PENDING,
                1000,
                15,
                985,
                "fp_1",
                "mtn",
                SEALED,
                "order",
                null,
                Map.of(),
                null,
                "somebody",
                null,
                null,
                "a".repeat(32),
                now,
                now.plus(promptLife),
                null);
        database.run(Orgs.all(), tx -> ChargeRows.insert(tx.handle(), charge));
        return event(new ChargeEvent.Created(charge.id(), charge.merchant(), "mtn", 1000, "XAF"));
    }

    Envelope charge() {
        return charge(Duration.ofMinutes(5));
    }

    /** A charge whose payer's time to approve is over. */
    Envelope overdueCharge() {
        return charge(Duration.ofSeconds(-1));
    }

    /** A payout over 1,000 F that waits to be disbursed. */
    Envelope payout() {
        var payout = new Payout(
                Ids.next("po"),
                ORG,
                "mer_1",
                PayoutStatus.PENDING,
                1000,
                0,
                "fp_1",
                "mtn",
                SEALED,
                "cash",
                null,
                7L,
                null,
                "somebody",
                null,
                null,
                "a".repeat(32),
                Instant.now(),
                null);
        database.run(Orgs.all(), tx -> PayoutRows.insert(tx.handle(), List.of(payout)));
        return event(new PayoutEvent.Requested(payout.id(), payout.merchant(), "mtn", 1000, "XAF"));
    }

    Envelope due(ProviderRequest request) {
        return event(new ProviderEvent.StatusDue(request.id(), "mtn", request.payment()));
    }

    static Envelope event(Event event) {
        return Envelope.of("/nkap/test", ORG, Instant.now(), TRACE, event);
    }

    /** The request of the payment that the event is about. */
    ProviderRequest request(Envelope event) {
        return database.inTransaction(Orgs.all(), tx -> ProviderRequestRows.ofPayments(
                        tx.handle(), List.of(event.event().about()))
                .getFirst());
    }

    List<ProviderAttempt> attempts(Envelope event) {
        String request = request(event).id();
        return database.inTransaction(Orgs.all(), tx -> ProviderRequestRows.attempts(tx.handle(), List.of(request)));
    }

    /** How each try ended, oldest first; {@code open} for one that did not. */
    List<String> outcomes(Envelope event) {
        return attempts(event).stream()
                .map(attempt -> attempt.kind() + " " + (attempt.outcome() == null ? "open" : attempt.outcome()))
                .toList();
    }

    /** What was told about a payment, as NATS subjects without {@code nkap.provider.}. */
    List<String> told(String payment) {
        return database.inTransaction(Orgs.all(), tx -> Outbox.forPayment(tx.handle(), payment).stream()
                .map(event -> event.natsSubject().substring("nkap.provider.".length()))
                .toList());
    }

    List<String> told(Envelope event) {
        return told(event.event().about());
    }

    boolean isConsumed(Envelope event) {
        return database.inTransaction(Orgs.all(), tx -> tx.handle()
                .createQuery("SELECT EXISTS (SELECT FROM events.inbox"
                        + " WHERE function = 'provider-gateway' AND event_id = :event)")
                .bind("event", event.id())
                .mapTo(Boolean.class)
                .one());
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
        database.close();
        copy.close();
    }
}
