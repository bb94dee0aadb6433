package cm.nkap.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.events.Envelope;
import cm.nkap.events.LedgerEvent;
import cm.nkap.events.Outbox;
import cm.nkap.function.Config;
import cm.nkap.function.Database;
import cm.nkap.function.DatabaseConfig;
import cm.nkap.function.Orgs;
import cm.nkap.ledger.Account;
import cm.nkap.ledger.Checks;
import cm.nkap.ledger.Checks.Check;
import cm.nkap.ledger.Checks.Fault;
import cm.nkap.ledger.Checks.Look;
import cm.nkap.ledger.Checks.Place;
import cm.nkap.ledger.Journal;
import cm.nkap.ledger.Ledger;
import cm.nkap.ledger.Posting;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.testing.TestDatabase;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the checks find is told once, measured, and stops nobody. */
class LedgerChecksTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final AttributeKey<String> CHECK = AttributeKey.stringKey("check");
    private final TestDatabase copy = TestDatabase.create();
    private final Database database = Database.open(Config.read(copy.settings(), DatabaseConfig.class), events -> {});
    private final InMemoryMetricReader reader = InMemoryMetricReader.create();
    private final SdkMeterProvider meters =
            SdkMeterProvider.builder().registerMetricReader(reader).build();
    private final CheckMetrics metrics = new CheckMetrics(meters.get("test"));
    private final CheckConfig config = Config.read(
            Map.of("NKAP_CHECK_JOURNALS", "2", "NKAP_CHECK_ROUND", "0ms", "NKAP_CHECK_AGAIN", "0ms"),
            CheckConfig.class);

    @BeforeEach
    void threeJournals() {
        database.run(Orgs.all(), tx -> new Ledger().open(tx.handle(), ChartOfAccounts.platform()));
        for (int i = 0; i < 3; i++) {
            topUp();
        }
    }

    @AfterEach
    void close() {
        meters.close();
        database.close();
        copy.close();
    }

    @Test
    void booksThatAreRightHaveNoFindingAndNoEvent() {
        assertThat(checks(LONG).run()).isGreaterThan(10);

        assertThat(told("journal 2")).isEmpty();
        assertThat(values("nkap.ledger.check.findings"))
                .containsKeys("journals", "chain", "clearing", "replay", "health", "provider-transactions")
                .allSatisfy((check, findings) -> assertThat(findings).isZero());
        assertThat(values("nkap.ledger.check.lag"))
                .allSatisfy((check, lag) -> assertThat(lag).isZero());
        assertThat(values("nkap.ledger.check.runs"))
                .containsEntry("journals", 2L)
                .containsEntry("totals", 1L);
    }

    @Test
    void tellsAFindingOnceAndThatItIsGone() {
        spoil("total + 1");

        checks(LONG).run();
        checks(LONG).run();
        assertThat(told("journal 2"))
                .filteredOn(event -> event.equals(
                        new LedgerEvent.CheckFailed("journals", "journal 2", "announces 701 F and moves 700 F")))
                .hasSize(1);
        assertThat(values("nkap.ledger.check.findings"))
                .containsEntry("journals", 1L)
                .containsEntry("totals", 0L);

        spoil("total - 1");
        checks(LONG).run();
        assertThat(told("journal 2"))
                .filteredOn(event -> event.equals(
                        new LedgerEvent.CheckPassedAgain("journals", "journal 2", "announces 701 F and moves 700 F")))
                .hasSize(1);
        assertThat(values("nkap.ledger.check.findings")).containsEntry("journals", 0L);
    }

    @Test
    void aCheckThatBreaksIsAFindingAndStopsNoOther() {
        spoil("total + 1");
        var broken = new Broken();
        var checks = new LedgerChecks(database, new Checks(config.limits(), List.of(broken)), metrics, LONG);

        checks.run();
        checks.run();

        assertThat(told("check broken"))
                .containsExactly(new LedgerEvent.CheckFailed(
                        "broken", "check broken", "could not be made: java.lang.IllegalStateException: out of order"));
        assertThat(told("journal 2")).isNotEmpty();
        broken.mended = true;
        checks.run();
        assertThat(told("check broken")).hasSize(2).last().isInstanceOf(LedgerEvent.CheckPassedAgain.class);
    }

    private static final class Broken implements Check {
        private boolean mended;

        @Override
        public String name() {
            return "broken";
        }

        @Override
        public Duration rest() {
            return Duration.ZERO;
        }

        @Override
        public Look look(Handle tx, Place from, List<Fault> open) {
            if (mended) {
                return new Look(from, List.of(), fault -> false, 0, true);
            }
            throw new IllegalStateException("out of order");
        }
    }

    @Test
    void withoutTimeNothingIsLookedAtAndNothingIsLost() {
        assertThat(checks(Duration.ZERO).run()).isZero();
        assertThat(checks(LONG).run()).isPositive();
        assertThat(values("nkap.ledger.check.lag")).containsEntry("journals", 0L);
    }

    @Test
    void noTwoRequestsSucceedUnderOneTransactionOfTheProvider() {
        succeeded("pr_1", "77");
        succeeded("pr_2", "78");
        succeeded("pr_3", "79");
        succeeded("pr_4", "78");

        for (int run = 0; run < 4; run++) {
            checks(LONG).run();
        }
        assertThat(told("mtn 78"))
                .containsExactly(new LedgerEvent.CheckFailed(
                        "provider-transactions", "mtn 78", "succeeded for each of pr_2, pr_4"));

        admin("UPDATE payments.provider_request SET provider_transaction = '80' WHERE id = 'pr_4'");
        for (int run = 0; run < 4; run++) {
            checks(LONG).run();
        }
        assertThat(told("mtn 78")).hasSize(2).last().isInstanceOf(LedgerEvent.CheckPassedAgain.class);
    }

    @Test
    void aRequestWithoutOutcomeLongAfterItsExpiryIsFound() {
        request("pr_5", "pending", "NULL", "now() - interval '2 days'");
        request("pr_6", "pending", "NULL", "now()");

        checks(LONG).run();

        assertThat(told("request pr_5"))
                .containsExactly(
                        new LedgerEvent.CheckFailed("stuck-requests", "request pr_5", "of ch_pr_5 is pending at mtn"));
        assertThat(told("request pr_6")).isEmpty();
    }

    private LedgerChecks checks(Duration budget) {
        var more = Map.of(
                "NKAP_CHECK_BUDGET", budget.toMillis() + "ms",
                "NKAP_CHECK_JOURNALS", "2",
                "NKAP_CHECK_ROUND", "0ms",
                "NKAP_CHECK_AGAIN", "0ms");
        return SweepFunction.checks(database, Config.read(more, CheckConfig.class), metrics);
    }

    private List<LedgerEvent> told(String where) {
        return database.inTransaction(Orgs.all(), tx -> Outbox.forPayment(tx.handle(), "ledger")).stream()
                .map(Envelope::event)
                .map(LedgerEvent.class::cast)
                .filter(event -> switch (event) {
                    case LedgerEvent.CheckFailed failed -> failed.where().equals(where);
                    case LedgerEvent.CheckPassedAgain passed -> passed.where().equals(where);
                    case LedgerEvent.Sealed _ -> false;
                })
                .toList();
    }

    private Map<String, Long> values(String metric) {
        Map<String, Long> values = new TreeMap<>();
        reader.collectAllMetrics().stream()
                .filter(found -> found.getName().equals(metric))
                .flatMap(found -> found.getData().getPoints().stream())
                .map(LongPointData.class::cast)
                .forEach(point ->
                        values.merge(String.valueOf(point.getAttributes().get(CHECK)), point.getValue(), Long::sum));
        return values;
    }

    private void topUp() {
        var journal = new Journal(
                "test:" + UUID.randomUUID(),
                "topup.arrived",
                Account.PLATFORM,
                null,
                List.of(
                        Posting.debit(ChartOfAccounts.floatAt("mtn"), 700),
                        Posting.credit(ChartOfAccounts.bank("main"), 700)));
        database.run(Orgs.all(), tx -> new Ledger().post(tx.handle(), List.of(journal)));
    }

    private void spoil(String total) {
        admin(
                "ALTER TABLE ledger.journal DISABLE TRIGGER USER",
                "UPDATE ledger.journal SET total = " + total + " WHERE seq = 2",
                "ALTER TABLE ledger.journal ENABLE TRIGGER USER");
    }

    private void succeeded(String id, String transaction) {
        request(id, "succeeded", "'" + transaction + "'", "now()");
    }

    private void request(String id, String status, String transaction, String expires) {
        admin("""
                INSERT INTO payments.provider_request (id, org_id, kind, payment, provider, reference, status, amount, currency,
                    msisdn_sealed, callback_token, provider_transaction, expires_at, next_check_at, created_at)
                VALUES ('%s', 'boutique-douala', 'collect', 'ch_%s', 'mtn', gen_random_uuid(), '%s', 500, 'XAF', '', '%s', %s, %s, %s, now())
                """.formatted(id, id, status, id, transaction, expires, status.equals("pending") ? "now()" : "NULL"));
    }

    private void admin(String... statements) {
        Jdbi.create(copy.admin()).useHandle(admin -> {
            for (String statement : statements) {
                admin.execute(statement);
            }
        });
    }
}
