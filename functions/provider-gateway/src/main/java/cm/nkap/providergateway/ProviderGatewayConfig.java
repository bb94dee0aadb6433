package cm.nkap.providergateway;

import cm.nkap.function.Setting;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * What the gateway is told by its environment.
 *
 * @param publicUrl where providers reach provider-callback
 * @param statusSchedule pauses between questions; the last one repeats until {@code giveUpAfter}
 * @param submitTries how often one event hands a request over, under the same reference
 * @param submitPause first pause between such tries; doubles, with full jitter
 * @param notFoundAge how old a request must be before "not found" can prove anything
 * @param notFoundAnswers how many such answers in a row it takes
 * @param notFoundSpan over how long they must spread
 * @param lateChecks pauses after which an expired collection is asked about once more
 * @param payoutResend how long a payout that the provider does not know is handed over again
 * @param lease how long a request is left to whoever takes it
 * @param statusesPerSecond the provider's limit on questions; MTN publishes 10; 0 for none
 */
record ProviderGatewayConfig(
        URI publicUrl,

        @Setting(orElse = "5s,15s,30s,1m,2m,5m,10m,30m,1h,6h,24h")
        List<Duration> statusSchedule,

        @Setting(orElse = "7d") Duration giveUpAfter,
        @Setting(orElse = "3") int submitTries,
        @Setting(orElse = "500ms") Duration submitPause,
        @Setting(orElse = "15m") Duration notFoundAge,
        @Setting(orElse = "3") int notFoundAnswers,
        @Setting(orElse = "10m") Duration notFoundSpan,

        @Setting(orElse = "10m,1h,24h") List<Duration> lateChecks,

        @Setting(orElse = "15m") Duration payoutResend,
        @Setting(orElse = "45s") Duration lease,
        @Setting(orElse = "10") int statusesPerSecond) {}
