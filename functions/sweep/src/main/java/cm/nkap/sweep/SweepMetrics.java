package cm.nkap.sweep;

import cm.nkap.function.Database;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import java.util.Optional;

/** What runs of sweep did, and the figures of the database. Without telemetry it asks the database nothing. */
final class SweepMetrics {
    private static final AttributeKey<String> WORK = AttributeKey.stringKey("work");

    private final LongCounter runs;
    private final LongCounter done;
    private final Optional<FigureGauges> figures;

    SweepMetrics(OpenTelemetry telemetry, Database database, SweepConfig config) {
        Meter meter = telemetry.getMeter("cm.nkap.sweep");
        runs = meter.counterBuilder("nkap.sweep.runs")
                .setDescription("Runs that the timer started and that ended well")
                .setUnit("{run}")
                .build();
        done = meter.counterBuilder("nkap.sweep.done")
                .setDescription("What runs did")
                .setUnit("{item}")
                .build();
        figures = telemetry.getMeterProvider() == MeterProvider.noop()
                ? Optional.empty()
                : Optional.of(new FigureGauges(database, config.figuresPeriod(), config.lowWater(), meter));
    }

    void ran(Sweep.Done run) {
        runs.add(1);
        add("question", run.questions());
        add("queue", run.queues());
        add("published", run.published());
        add("republished", run.republished());
        add("settled", run.settled());
        add("forgotten", run.forgotten());
        add("sealed", run.sealed());
        figures.ifPresent(FigureGauges::look);
    }

    private void add(String work, int items) {
        done.add(items, Attributes.of(WORK, work));
    }
}
