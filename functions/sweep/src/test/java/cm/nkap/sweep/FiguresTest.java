package cm.nkap.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.events.Envelope;
import cm.nkap.events.LedgerEvent;
import cm.nkap.function.Config;
import cm.nkap.function.Database;
import cm.nkap.function.DatabaseConfig;
import cm.nkap.function.Orgs;
import cm.nkap.ledger.Account;
import cm.nkap.ledger.Journal;
import cm.nkap.ledger.Ledger;
import cm.nkap.ledger.Posting;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.testing.TestDatabase;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What sweep shows of the database: right, and cheap however much is stored. */
class FiguresTest {
    private static final int SETTLED = 3_000;
    private final TestDatabase copy = TestDatabase.create();
    private final Database database = Database.open(Config.read(copy.settings(), DatabaseConfig.class), events -> {});
    private final InMemoryMetricReader reader = InMemoryMetricReader.create();
    private final SdkMeterProvider meters =
            SdkMeterProvider.builder().registerMetricReader(reader).build();
    private final SweepConfig config =
            Config.read(Map.of("NKAP_FIGURES_PERIOD", "0ms", "NKAP_FLOAT_LOW", "mtn=1000"), SweepConfig.class);

    @BeforeEach
    void open() {
        database.run(Orgs.all(), tx -> new Ledger().open(tx.handle(), ChartOfAccounts.platform()));
    }

    @AfterEach
    void close() {
        meters.close();
        database.close();
        copy.close();
    }

    @Test
    void showsWhatWaitsAndHowLongAndZeroWhereNothingDoes() {
        requests(1, 2, "unknown", "mtn", "now() - interval '90 seconds'");
        payouts(1, 3, "queued", "'float_short'", "NULL");
        exception();
        topUp();
        database.run(Orgs.all(), tx -> tx.emit("nkap", new LedgerEvent.CheckFailed("totals", "here", "wrong")));
        park(database.inTransaction(
                Orgs.all(),
                tx -> Envelope.of(
                        "/nkap/test",
                        "nkap",
                        tx.now(),
                        null,
                        new LedgerEvent.CheckFailed("totals", "parked", "wrong"))));

        look();

        assertThat(shown("nkap.provider.requests.open"))
                .containsEntry("collect mtn unknown", 2.0)
                .containsEntry("collect orange unknown", 0.0)
                .containsEntry("disburse mtn unknown", 0.0);
        assertThat(shown("nkap.provider.requests.oldest_age").get("collect mtn unknown"))
                .isBetween(90.0, 10_000.0);
        assertThat(shown("nkap.payouts.queued")).containsEntry("mtn", 3.0).containsEntry("orange", 0.0);
        assertThat(shown("nkap.payouts.oldest_queued")).containsKey("mtn");
        assertThat(shown("nkap.exceptions.open")).containsExactly(Map.entry("AMOUNT_OVER", 1.0));
        assertThat(shown("nkap.outbox.pending"))
                .containsEntry("unpublished", 1.0)
                .containsEntry("unconsumed", 0.0);
        assertThat(shown("nkap.outbox.oldest_age")).hasSize(1);
        assertThat(shown("nkap.dead_letters.waiting"))
                .containsEntry("payout", 1.0)
                .containsEntry("create-charge", 0.0);
        assertThat(shown("nkap.float.balance")).containsEntry("mtn", 700.0).containsEntry("camtel", 0.0);
        assertThat(shown("nkap.float.low_water")).containsExactly(Map.entry("mtn", 1_000.0));
        assertThat(shown("nkap.ledger.seal.lag")).hasSize(1);
    }

    @Test
    void readsOnlyWhatWaitsHoweverMuchIsSettled() {
        requests(1, SETTLED, "succeeded", "mtn", "now()");
        requests(SETTLED + 1, SETTLED + 5, "unknown", "mtn", "now()");
        payouts(1, SETTLED, "succeeded", "NULL", "7");
        payouts(SETTLED + 1, SETTLED + 5, "queued", "'float_short'", "NULL");
        admin("""
                INSERT INTO payments.exception (id, org_id, reason, status, payment, detail, created_at)
                SELECT 'ex_' || n, 'a', 'AMOUNT_OVER', 'resolved', 'ch_' || n, '', now() FROM generate_series(1, 3000) n
                """, """
                INSERT INTO events.outbox (id, org_id, type, about, source, body)
                SELECT 'ev_' || n, 'a', 'cm.nkap.x.v1', 'x', 's', '{}' FROM generate_series(1, 3000) n
                """);

        Map<String, Long> touched = new TreeMap<>();
        database.read(Orgs.all(), tx -> {
            Figures figures = Figures.read(tx.handle());
            assertThat(figures.requests()).singleElement().satisfies(row -> assertThat(row.count())
                    .isEqualTo(5));
            tx.handle()
                    .createQuery("SELECT relname, seq_tup_read + coalesce(idx_tup_fetch, 0) AS n"
                            + " FROM pg_stat_xact_user_tables WHERE seq_tup_read + coalesce(idx_tup_fetch, 0) > 0")
                    .map((row, context) -> touched.put(row.getString("relname"), row.getLong("n")))
                    .list();
            return true;
        });

        assertThat(touched).containsKeys("provider_request", "payout");
        assertThat(touched)
                .allSatisfy((table, rows) ->
                        assertThat(rows).as("rows of %s", table).isLessThan(100));
    }

    private void look() {
        var telemetry = OpenTelemetrySdk.builder().setMeterProvider(meters).build();
        new SweepMetrics(telemetry, database, config).ran(Sweep.Done.NOTHING);
    }

    /** The points of a metric by their attributes' values in the order of their names. */
    private Map<String, Double> shown(String metric) {
        Map<String, Double> points = new TreeMap<>();
        reader.collectAllMetrics().stream()
                .filter(found -> found.getName().equals(metric))
                .flatMap(found -> found.getData().getPoints().stream())
                .forEach(point -> points.put(
                        String.join(
                                " ",
                                point.getAttributes().asMap().values().stream()
                                        .map(String::valueOf)
                                        .toList()),
                        value(point)));
        return points;
    }

    private static double value(PointData point) {
        return switch (point) {
            case LongPointData whole -> whole.getValue();
            case DoublePointData real -> real.getValue();
            default -> throw new IllegalStateException("no gauge: " + point);
        };
    }

    private void requests(int from, int to, String status, String provider, String created) {
        admin("""
                INSERT INTO payments.provider_request (id, org_id, kind, payment, provider, reference, status, amount, currency,
                    msisdn_sealed, callback_token, expires_at, next_check_at, created_at)
                SELECT 'pr_' || n, 'boutique-douala', 'collect', 'ch_' || n, '%s', gen_random_uuid(), '%s', 500, 'XAF', '', n, now(),
                       %s, %s FROM generate_series(%d, %d) n
                """.formatted(provider, status, status.equals("unknown") ? "now()" : "NULL", created, from, to));
    }

    private void payouts(int from, int to, String status, String reason, String journal) {
        admin("""
                INSERT INTO payments.payout (id, org_id, merchant, status, amount, currency, fee, fee_plan, provider, msisdn_sealed,
                    msisdn_hash, msisdn_masked, reference, journal_seq, queued_reason, created_by, trace_id, created_at)
                SELECT 'po_' || n, 'boutique-douala', 'mer_1', '%s', 500, 'XAF', 0, 'fp_1', 'mtn', '', '', '', n, %s, %s, 'me',
                       '%s', now() FROM generate_series(%d, %d) n
                """.formatted(status, journal, reason, "a".repeat(32), from, to));
    }

    private void park(Envelope event) {
        Jdbi.create(copy.admin()).useHandle(admin -> admin.execute("""
                INSERT INTO events.dead_letter (id, function, filter, event_id, type, org_id, about, body, reasons, attempts)
                VALUES ('dl_1', 'payout', 'f', ?, 'cm.nkap.x.v1', 'nkap', 'x', '{}', '["no"]', 1)
                """, event.id()));
    }

    private void exception() {
        admin("""
                INSERT INTO payments.exception (id, org_id, reason, payment, detail, created_at)
                VALUES ('ex_1', 'boutique-douala', 'AMOUNT_OVER', 'ch_1', 'more', now())
                """);
    }

    private void topUp() {
        var journal = new Journal(
                "test:figures",
                "topup.arrived",
                Account.PLATFORM,
                null,
                List.of(
                        Posting.debit(ChartOfAccounts.floatAt("mtn"), 700),
                        Posting.credit(ChartOfAccounts.bank("main"), 700)));
        database.run(Orgs.all(), tx -> new Ledger().post(tx.handle(), List.of(journal)));
    }

    private void admin(String... statements) {
        Jdbi.create(copy.admin()).useHandle(admin -> {
            for (String statement : statements) {
                admin.execute(statement);
            }
        });
    }
}
