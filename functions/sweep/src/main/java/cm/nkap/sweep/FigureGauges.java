package cm.nkap.sweep;

import cm.nkap.events.Subscriptions;
import cm.nkap.function.Database;
import cm.nkap.function.Orgs;
import cm.nkap.payments.PaymentFigures.OpenRequests;
import cm.nkap.payments.PaymentFigures.QueuedPayouts;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows {@link Figures} as gauges. They are read once in a period, whatever the number of runs and exports; figures that are
 * several periods old are not shown any more, so that a sweep that no longer runs is not taken for peace.
 */
final class FigureGauges {
    private static final Logger LOG = LoggerFactory.getLogger(FigureGauges.class);
    private static final int PERIODS_GOOD = 8;
    private static final Duration GOOD_AT_LEAST = Duration.ofMinutes(2);

    private static final AttributeKey<String> PROVIDER = AttributeKey.stringKey("provider");
    private static final AttributeKey<String> KIND = AttributeKey.stringKey("kind");
    private static final AttributeKey<String> STATUS = AttributeKey.stringKey("status");
    private static final AttributeKey<String> STATE = AttributeKey.stringKey("state");
    private static final AttributeKey<String> FUNCTION = AttributeKey.stringKey("function");
    private static final AttributeKey<String> REASON = AttributeKey.stringKey("reason");
    private static final List<String> KINDS = List.of("collect", "disburse");
    private static final double MILLIS = 1e3;

    private final Database database;
    private final Duration period;
    private volatile @Nullable Seen seen;

    private record Seen(Figures figures, long at) {}

    /** @param lowWater whole XAF by provider, below which somebody should top up */
    FigureGauges(Database database, Duration period, Map<String, Long> lowWater, Meter meter) {
        this.database = database;
        this.period = period;
        events(meter);
        payments(meter);
        money(meter, lowWater);
    }

    /** Reads the figures when the last ones are a period old; a failure costs the figures and nothing else. */
    void look() {
        Seen last = seen;
        if (last != null && System.nanoTime() - last.at < period.toNanos()) {
            return;
        }
        try {
            seen = new Seen(database.read(Orgs.all(), tx -> Figures.read(tx.handle())), System.nanoTime());
        } catch (RuntimeException e) {
            // whatever it is, the sweep's own work matters more
            LOG.warn("msg=figures_not_read reason={}", e.toString());
        }
    }

    private void events(Meter meter) {
        count(meter, "nkap.outbox.pending", "{event}", "Events not known to have arrived", (now, to) -> {
            to.record(now.events().unpublished(), Attributes.of(STATE, "unpublished"));
            to.record(now.events().unconsumed(), Attributes.of(STATE, "unconsumed"));
        });
        age(
                meter,
                "nkap.outbox.oldest_age",
                "Age of the oldest event that is not known to have arrived",
                (now, to) -> to.record(now.events().oldest()));
        count(
                meter,
                "nkap.dead_letters.waiting",
                "{event}",
                "Events that a function would not take",
                (now, to) -> Subscriptions.ALL.stream()
                        .map(row -> row.function())
                        .distinct()
                        .forEach(name -> to.record(
                                now.parked().stream()
                                        .filter(parked -> parked.function().equals(name))
                                        .mapToLong(parked -> parked.count())
                                        .sum(),
                                Attributes.of(FUNCTION, name))));
    }

    private void payments(Meter meter) {
        count(
                meter,
                "nkap.provider.requests.open",
                "{request}",
                "Requests to a provider without an outcome",
                (now, to) -> requests(now, (row, of) -> to.record(row.count(), of)));
        age(
                meter,
                "nkap.provider.requests.oldest_age",
                "Age of the oldest request without an outcome",
                (now, to) -> requests(now, (row, of) -> to.record((double) row.oldest(), of)));
        count(
                meter,
                "nkap.payouts.queued",
                "{payout}",
                "Payouts that wait for float",
                (now, to) -> payouts(now, (row, of) -> to.record(row.count(), of)));
        age(
                meter,
                "nkap.payouts.oldest_queued",
                "Age of the oldest payout that waits for float",
                (now, to) -> payouts(now, (row, of) -> to.record((double) row.oldest(), of)));
        count(meter, "nkap.exceptions.open", "{exception}", "Exceptions that nobody has resolved", (now, to) -> {
            if (now.exceptions().isEmpty()) {
                to.record(0, Attributes.of(REASON, "none"));
            }
            now.exceptions().forEach(row -> to.record(row.count(), Attributes.of(REASON, row.reason())));
        });
    }

    private void money(Meter meter, Map<String, Long> lowWater) {
        count(
                meter,
                "nkap.float.balance",
                "{XAF}",
                "Our money at a provider, as the ledger says",
                (now, to) ->
                        now.floats().forEach((provider, held) -> to.record(held, Attributes.of(PROVIDER, provider))));
        count(
                meter,
                "nkap.float.low_water",
                "{XAF}",
                "Float below which somebody should top up",
                (now, to) -> lowWater.forEach((provider, low) -> to.record(low, Attributes.of(PROVIDER, provider))));
        age(
                meter,
                "nkap.ledger.seal.lag",
                "How long the first unsealed hour is over",
                (now, to) -> to.record(now.sealLag().toMillis() / MILLIS));
    }

    /** Zero where nothing is unknown: a series that ends would look like one that nobody measures. */
    private static void requests(Figures now, BiConsumer<OpenRequests, Attributes> to) {
        now.requests().forEach(row -> to.accept(row, of(row)));
        for (String provider : Figures.PROVIDERS) {
            for (String kind : KINDS) {
                OpenRequests none = new OpenRequests(provider, kind, "unknown", 0, 0);
                if (now.requests().stream().noneMatch(row -> of(row).equals(of(none)))) {
                    to.accept(none, of(none));
                }
            }
        }
    }

    private static Attributes of(OpenRequests row) {
        return Attributes.of(PROVIDER, row.provider(), KIND, row.kind(), STATUS, row.status());
    }

    private static void payouts(Figures now, BiConsumer<QueuedPayouts, Attributes> to) {
        for (String provider : Figures.PROVIDERS) {
            QueuedPayouts row = now.payouts().stream()
                    .filter(queued -> queued.provider().equals(provider))
                    .findFirst()
                    .orElse(new QueuedPayouts(provider, 0, 0));
            to.accept(row, Attributes.of(PROVIDER, provider));
        }
    }

    private void count(
            Meter meter, String name, String unit, String what, BiConsumer<Figures, ObservableLongMeasurement> shown) {
        meter.gaugeBuilder(name)
                .ofLongs()
                .setUnit(unit)
                .setDescription(what)
                .buildWithCallback(to -> fresh(now -> shown.accept(now, to)));
    }

    private void age(Meter meter, String name, String what, BiConsumer<Figures, ObservableDoubleMeasurement> shown) {
        meter.gaugeBuilder(name)
                .setUnit("s")
                .setDescription(what)
                .buildWithCallback(to -> fresh(now -> shown.accept(now, to)));
    }

    private void fresh(Consumer<Figures> shown) {
        Seen last = seen;
        Duration good = period.multipliedBy(PERIODS_GOOD);
        long limit = Math.max(good.toNanos(), GOOD_AT_LEAST.toNanos());
        if (last != null && System.nanoTime() - last.at < limit) {
            shown.accept(last.figures);
        }
    }
}
