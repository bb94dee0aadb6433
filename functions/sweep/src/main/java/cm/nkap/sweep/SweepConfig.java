package cm.nkap.sweep;

import cm.nkap.function.Setting;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What sweep is told by its environment.
 *
 * @param sweepQuestions how many questions one run hands out
 * @param lease how long a request is left to whoever was told to ask
 * @param sweepUnconsumedAfter age at which an event that somebody still has to consume is published again
 * @param figuresPeriod between two looks at the figures that metrics show, when telemetry is on
 * @param floatLow whole XAF by provider, for example {@code mtn=5000000}, below which the float counts as low
 */
record SweepConfig(
        @Setting(orElse = "500") int sweepQuestions,
        @Setting(orElse = "45s") Duration lease,
        @Setting(orElse = "10s") Duration sweepUnconsumedAfter,
        @Setting(orElse = "15s") Duration figuresPeriod,
        @Setting(orElse = "") Map<String, String> floatLow) {

    SweepConfig {
        floatLow.forEach((provider, low) -> {
            if (!Figures.PROVIDERS.contains(provider) || !low.matches("[0-9]{1,15}")) {
                throw new IllegalArgumentException("NKAP_FLOAT_LOW is provider=whole XAF,…");
            }
        });
    }

    Map<String, Long> lowWater() {
        Map<String, Long> low = new TreeMap<>();
        floatLow.forEach((provider, francs) -> low.put(provider, Long.valueOf(francs)));
        return low;
    }
}
