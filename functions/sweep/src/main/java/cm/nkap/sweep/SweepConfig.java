package cm.nkap.sweep;

import cm.nkap.function.Setting;
import java.time.Duration;

/**
 * What sweep is told by its environment.
 *
 * @param sweepQuestions how many questions one run hands out
 * @param lease how long a request is left to whoever was told to ask
 * @param sweepUnconsumedAfter age at which an event that somebody still has to consume is published again
 */
record SweepConfig(
        @Setting(orElse = "500") int sweepQuestions,
        @Setting(orElse = "45s") Duration lease,
        @Setting(orElse = "10s") Duration sweepUnconsumedAfter) {}
