package cm.nkap.sweep;

import cm.nkap.function.Setting;
import java.time.Duration;

/**
 * What sweep is told by its environment.
 *
 * @param sweepQuestions how many questions one run hands out
 * @param lease how long a request is left to whoever was told to ask
 * @param sweepUnpublishedAfter age of an event that its own function should have published
 * @param sweepUnconsumedAfter time since its publication after which an event counts as lost
 */
record SweepConfig(
        @Setting(orElse = "500") int sweepQuestions,
        @Setting(orElse = "45s") Duration lease,
        @Setting(orElse = "5s") Duration sweepUnpublishedAfter,
        @Setting(orElse = "60s") Duration sweepUnconsumedAfter) {}
