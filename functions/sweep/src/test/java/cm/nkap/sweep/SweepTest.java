package cm.nkap.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.events.Envelope;
import cm.nkap.events.Outbox;
import cm.nkap.events.PayoutEvent;
import cm.nkap.events.ProviderEvent;
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
import cm.nkap.payments.Ids;
import cm.nkap.payments.Payout;
import cm.nkap.payments.PayoutRows;
import cm.nkap.payments.PayoutStatus;
import cm.nkap.payments.ProviderRequest;
import cm.nkap.payments.ProviderRequestRows;
import cm.nkap.payments.SealedNumber;
import cm.nkap.testing.ServedFunction;
import cm.nkap.testing.ServedFunction.Answer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SweepTest {
    private static final String ORG = "boutique-douala";
    private static final String SECRET = "only the timer knows";
    private static final String TRACE = "00-" + "c".repeat(32) + "-00f067aa0ba902b7-01";
    private ServedFunction<FunctionApplication> served;
    private Database database;

    @BeforeEach
    void start() {
        served = ServedFunction.start(
                Map.of("NKAP_EVENT_SECRET", SECRET, "NKAP_SWEEP_QUESTIONS", "30"),
                FunctionApplication::start,
                FunctionApplication::port,
                FunctionApplication::close);
        database = Database.open(Config.read(served.settings(), DatabaseConfig.class), events -> {});
        database.run(Orgs.all(), tx -> new Ledger().open(tx.handle(), ChartOfAccounts.platform()));
    }

    @AfterEach
    void stop() {
        served.close();
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a guess"})
    void runsForNobodyWithoutTheSecret(String secret) {
        ProviderRequest due = request(Instant.EPOCH);

        HttpRequest.Builder request = served.to("/internal/sweep").POST(BodyPublishers.noBody());
        Answer answer = served.send(secret.isEmpty() ? request : request.header("x-nkap-event-secret", secret));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(told(due.payment())).isEmpty();
    }

    @Test
    void handsOutTheQuestionsThatAreDueAndNoOthers() {
        ProviderRequest due = request(Instant.EPOCH);
        ProviderRequest later = request(Instant.now().plusSeconds(600));
        ProviderRequest never = request(null);

        Answer answer = sweep();

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.at("questions")).isEqualTo("1");
        assertThat(told(due.payment())).singleElement().satisfies(event -> {
            assertThat(event.event()).isEqualTo(new ProviderEvent.StatusDue(due.id(), "mtn", due.payment()));
            assertThat(event.org()).isEqualTo(ORG);
            assertThat(event.traceparent()).isEqualTo(TRACE);
            assertThat(event.source()).isEqualTo("/nkap/sweep");
        });
        assertThat(told(later.payment())).isEmpty();
        assertThat(told(never.payment())).isEmpty();
    }

    @Test
    void aQuestionThatWasHandedOutIsLeftAloneForTheLease() {
        ProviderRequest due = request(Instant.EPOCH);

        sweep();
        Answer again = sweep();

        assertThat(again.at("questions")).isEqualTo("0");
        assertThat(told(due.payment())).hasSize(1);
        Instant next =
                database.inTransaction(Orgs.all(), tx -> ProviderRequestRows.findAll(tx.handle(), List.of(due.id()))
                        .getFirst()
                        .nextCheckAt());
        assertThat(next).isBetween(Instant.now().plusSeconds(15), Instant.now().plusSeconds(46));
    }

    @Test
    void oneRunHandsOutSoManyAndTheLongestOverdueFirst() {
        for (int i = 0; i < 30; i++) {
            request(Instant.EPOCH.plusSeconds(i));
        }
        ProviderRequest last = request(Instant.EPOCH.plusSeconds(99));

        assertThat(sweep().at("questions")).isEqualTo("30");
        assertThat(told(last.payment())).isEmpty();
        assertThat(sweep().at("questions")).isEqualTo("1");
        assertThat(told(last.payment())).hasSize(1);
    }

    @Test
    void twoSweepsAtOnceHandOutEachQuestionOnce() {
        List<ProviderRequest> due = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            due.add(request(Instant.EPOCH));
        }
        try (var other = FunctionApplication.start(served.settings())) {
            String elsewhere = "http://127.0.0.1:" + other.port() + "/internal/sweep";
            var there = CompletableFuture.supplyAsync(() -> served.send(timer(elsewhere)));
            Answer here = sweep();

            assertThat(Integer.parseInt(here.at("questions"))
                            + Integer.parseInt(there.join().at("questions")))
                    .isEqualTo(25);
        }
        assertThat(due)
                .allSatisfy(request -> assertThat(told(request.payment())).hasSize(1));
    }

    @Test
    void aQueueIsWokenOnlyWhenTheFloatCoversItsOldestPayout() {
        Payout oldest = queued(1, "mtn", 500);
        Payout small = queued(2, "mtn", 100);
        topUp("mtn", 499);

        assertThat(sweep().at("queues")).isEqualTo("0");
        assertThat(told(oldest.id())).isEmpty();

        topUp("mtn", 1);

        assertThat(sweep().at("queues")).isEqualTo("1");
        assertThat(told(oldest.id())).singleElement().satisfies(event -> assertThat(event.event())
                .isEqualTo(new PayoutEvent.Due(oldest.id(), oldest.merchant(), "mtn")));
        assertThat(told(small.id())).isEmpty();
    }

    @Test
    void eachProvidersQueueIsJudgedByItsOwnFloat() {
        Payout mtn = queued(1, "mtn", 500);
        Payout orange = queued(2, "orange", 500);
        topUp("orange", 500);

        assertThat(sweep().at("queues")).isEqualTo("1");

        assertThat(told(mtn.id())).isEmpty();
        assertThat(told(orange.id())).hasSize(1);
    }

    @Test
    void payoutsThatDoNotWaitWakeNobody() {
        Payout paid = payout(1, "mtn", 500, PayoutStatus.PENDING, 7L);
        topUp("mtn", 5000);

        assertThat(sweep().at("queues")).isEqualTo("0");

        assertThat(told(paid.id())).isEmpty();
    }

    private Answer sweep() {
        return served.send(served.to("/internal/sweep")
                .header("x-nkap-event-secret", SECRET)
                .POST(BodyPublishers.noBody()));
    }

    private static HttpRequest.Builder timer(String url) {
        return HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(20))
                .header("x-nkap-event-secret", SECRET)
                .POST(BodyPublishers.noBody());
    }

    private List<Envelope> told(String about) {
        return database.inTransaction(Orgs.all(), tx -> Outbox.forPayment(tx.handle(), about));
    }

    private ProviderRequest request(@Nullable Instant nextCheck) {
        var request = new ProviderRequest(
                Ids.next("pr"),
                ORG,
                ProviderRequest.Kind.COLLECT,
                Ids.next("ch"),
                "mtn",
                UUID.randomUUID(),
                ProviderRequest.Status.CREATED,
                1000,
                new byte[] {1},
                UUID.randomUUID().toString(),
                1,
                0,
                0,
                null,
                null,
                Instant.now().plusSeconds(300),
                nextCheck,
                TRACE,
                Instant.now());
        database.run(Orgs.all(), tx -> ProviderRequestRows.insertMissing(tx.handle(), List.of(request)));
        return request;
    }

    private Payout queued(int place, String provider, long amount) {
        return payout(place, provider, amount, PayoutStatus.QUEUED, null);
    }

    private Payout payout(int place, String provider, long amount, PayoutStatus status, @Nullable Long journal) {
        var payout = new Payout(
                "po_%026d".formatted(place),
                ORG,
                "mer_1",
                status,
                amount,
                0,
                "fp_1",
                provider,
                new SealedNumber(new byte[] {1}, new byte[] {1}, "2376••••••01"),
                "cash",
                null,
                journal,
                status == PayoutStatus.QUEUED ? "float_short" : null,
                "somebody",
                null,
                null,
                "a".repeat(32),
                Instant.now(),
                null);
        database.run(Orgs.all(), tx -> PayoutRows.insert(tx.handle(), List.of(payout)));
        return payout;
    }

    private void topUp(String provider, long amount) {
        var journal = new Journal(
                "test:" + UUID.randomUUID(),
                "topup.arrived",
                Account.PLATFORM,
                null,
                List.of(
                        Posting.debit(ChartOfAccounts.floatAt(provider), amount),
                        Posting.credit(ChartOfAccounts.bank("main"), amount)));
        database.run(Orgs.all(), tx -> new Ledger().post(tx.handle(), List.of(journal)));
    }
}
