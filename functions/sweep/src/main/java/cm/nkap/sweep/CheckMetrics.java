package cm.nkap.sweep;

import cm.nkap.ledger.Checks.Outcome;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongGauge;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.util.List;

/** What the checks of the ledger did, in numbers. */
final class CheckMetrics {
    private static final AttributeKey<String> CHECK = AttributeKey.stringKey("check");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");
    private static final List<Double> SECONDS = List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0);
    private static final double NANOS = 1e9;

    private final LongGauge findings;
    private final LongGauge lag;
    private final DoubleHistogram duration;
    private final LongCounter runs;

    CheckMetrics(Meter meter) {
        findings = meter.gaugeBuilder("nkap.ledger.check.findings")
                .ofLongs()
                .setDescription("What a check found and is still there")
                .setUnit("{finding}")
                .build();
        lag = meter.gaugeBuilder("nkap.ledger.check.lag")
                .ofLongs()
                .setDescription("Journals that a check has not read yet")
                .setUnit("{journal}")
                .build();
        duration = meter.histogramBuilder("nkap.ledger.check.duration")
                .setDescription("How long one look of a check took")
                .setUnit("s")
                .setExplicitBucketBoundariesAdvice(SECONDS)
                .build();
        runs = meter.counterBuilder("nkap.ledger.check.runs")
                .setDescription("Looks of a check")
                .setUnit("{look}")
                .build();
    }

    void looked(Outcome outcome, boolean broke, Duration took) {
        Attributes check = Attributes.of(CHECK, outcome.check());
        findings.set(outcome.open(), check);
        lag.set(outcome.lag(), check);
        duration.record(took.toNanos() / NANOS, check);
        String how = broke ? "broke" : outcome.open() > 0 ? "found" : "passed";
        runs.add(1, Attributes.of(CHECK, outcome.check(), OUTCOME, how));
    }
}
