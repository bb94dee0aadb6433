package cm.nkap.providers;

import cm.nkap.providers.GuardedProvider.GuardState;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What one provider is asked and says, in numbers. Attributes are words of ours only, never of a payment. */
final class ProviderMetrics {
    /** Upper bounds in seconds: a good answer takes a tenth, a timeout some ten of them. */
    private static final List<Double> SECONDS =
            List.of(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0);

    private static final AttributeKey<String> PROVIDER = AttributeKey.stringKey("provider");
    private static final AttributeKey<String> CALL = AttributeKey.stringKey("call");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");
    private static final AttributeKey<String> ANSWER = AttributeKey.stringKey("answer");
    private static final double NANOS = 1e9;

    private final String provider;
    private final DoubleHistogram calls;
    private final DoubleHistogram turns;

    /** @param states asked at each collection */
    ProviderMetrics(Meter meter, ProviderName provider, Supplier<List<GuardState>> states) {
        this.provider = provider.text();
        this.calls = meter.histogramBuilder("nkap.provider.call.duration")
                .setDescription("How long a provider took to answer, or we to refuse asking")
                .setUnit("s")
                .setExplicitBucketBoundariesAdvice(SECONDS)
                .build();
        this.turns = meter.histogramBuilder("nkap.provider.turn.wait")
                .setDescription("How long a status query waited for its turn under our own limit")
                .setUnit("s")
                .setExplicitBucketBoundariesAdvice(SECONDS)
                .build();
        gauge(
                meter,
                "nkap.provider.circuit.state",
                "{state}",
                "The circuit of a kind of call: 0 closed, 1 half open, 2 open",
                seen -> states.get().forEach(state -> seen.record(level(state.circuit()), of(state))));
        gauge(
                meter,
                "nkap.provider.calls.free",
                "{call}",
                "Calls that may still start at the same time",
                seen -> states.get().forEach(state -> seen.record(state.free(), of(state))));
    }

    private static void gauge(
            Meter meter, String name, String unit, String what, Consumer<ObservableLongMeasurement> look) {
        meter.gaugeBuilder(name).ofLongs().setUnit(unit).setDescription(what).buildWithCallback(look);
    }

    private Attributes of(GuardState state) {
        return Attributes.of(PROVIDER, provider, CALL, state.call());
    }

    /** A circuit that somebody forced counts as what it does. */
    private static long level(String circuit) {
        return switch (circuit) {
            case "half_open" -> 1;
            case "open", "forced_open" -> 2;
            default -> 0;
        };
    }

    /** @param word one of those that {@link #word} gives */
    void called(String call, String word, long began) {
        calls.record(since(began), Attributes.of(PROVIDER, provider, CALL, call, OUTCOME, outcome(word), ANSWER, word));
    }

    void waited(long began) {
        turns.record(since(began), Attributes.of(PROVIDER, provider));
    }

    private static double since(long began) {
        return (System.nanoTime() - began) / NANOS;
    }

    /** Whether the provider did its part: {@code ok}, {@code declined}, {@code unknown}, or it was {@code not_asked}. */
    static String outcome(String word) {
        return switch (word) {
            case "refused", "failed" -> "declined";
            case "unknown", "unavailable" -> "unknown";
            case "not_sent", "throttled", "misconfigured" -> "not_asked";
            default -> "ok";
        };
    }

    static String word(SubmitAnswer answer) {
        return switch (answer) {
            case SubmitAnswer.Accepted _ -> "accepted";
            case SubmitAnswer.AlreadyKnown _ -> "already_known";
            case SubmitAnswer.Refused _ -> "refused";
            case SubmitAnswer.NotSent _ -> "not_sent";
            case SubmitAnswer.Unknown _ -> "unknown";
            case SubmitAnswer.Misconfigured _ -> "misconfigured";
            case SubmitAnswer.Throttled _ -> "throttled";
        };
    }

    static String word(StatusAnswer answer) {
        return switch (answer) {
            case StatusAnswer.Pending _ -> "pending";
            case StatusAnswer.Succeeded _ -> "succeeded";
            case StatusAnswer.Failed _ -> "failed";
            case StatusAnswer.Expired _ -> "expired";
            case StatusAnswer.NotFound _ -> "not_found";
            case StatusAnswer.Unknown _ -> "unknown";
            case StatusAnswer.Throttled _ -> "throttled";
        };
    }

    static String word(BalanceAnswer answer) {
        return switch (answer) {
            case BalanceAnswer.Available _ -> "available";
            case BalanceAnswer.Unavailable _ -> "unavailable";
        };
    }
}
