package cm.nkap.providers;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Any provider behind a circuit breaker and a semaphore bulkhead per kind of call, so that a dead collection neither
 * stops status queries nor eats their threads, and behind a rate limit on status queries.
 *
 * <p>Broken calls (unknown outcome, not sent) count against the circuit; refusals of a payment do not.
 */
public final class GuardedProvider implements Provider {
    private static final String CIRCUIT_OPEN = "circuit open";
    private static final String BULKHEAD_FULL = "bulkhead full";

    private final Provider inner;
    private final Clock clock;
    private final Guard collect;
    private final Guard disburse;
    private final Guard status;
    private final Guard balance;
    private final Optional<RateLimiter> statusRate;
    private final ProviderMetrics metrics;

    public GuardedProvider(Provider inner, Limits limits) {
        this(inner, limits, MeterProvider.noop().get("cm.nkap.providers"));
    }

    /** Tells the meter of every call and of its guards. */
    public GuardedProvider(Provider inner, Limits limits, Meter meter) {
        this(inner, limits, Clock.systemUTC(), meter);
    }

    /** With the clock that decides how long an open circuit stays open. */
    GuardedProvider(Provider inner, Limits limits, Clock clock) {
        this(inner, limits, clock, MeterProvider.noop().get("cm.nkap.providers"));
    }

    private GuardedProvider(Provider inner, Limits limits, Clock clock, Meter meter) {
        this.inner = inner;
        this.clock = clock;
        this.collect = guard("collect", limits, limits.concurrentSubmits(), GuardedProvider::brokenSubmit);
        this.disburse = guard("disburse", limits, limits.concurrentSubmits(), GuardedProvider::brokenSubmit);
        this.status = guard("status", limits, limits.concurrentQueries(), StatusAnswer.Unknown.class::isInstance);
        this.balance =
                guard("balance", limits, limits.concurrentQueries(), BalanceAnswer.Unavailable.class::isInstance);
        this.statusRate = limits.statusesPerSecond() == 0 ? Optional.empty() : Optional.of(rate(limits));
        this.metrics = new ProviderMetrics(meter, inner.name(), this::states);
    }

    /**
     * How much a provider is asked, and when it is left alone. One instance guards one process.
     *
     * @param concurrentSubmits collections at a time, and as many disbursements
     * @param concurrentQueries status queries at a time, and as many balance queries
     * @param window the last so many calls are judged, and no verdict before half of them were made
     * @param brokenPercent of the window opens the circuit
     * @param openFor how long it stays open before a trial
     * @param trials calls let through then
     * @param statusesPerSecond status queries a second, evenly spaced; 0 for no limit. MTN publishes 10
     * @param statusPatience how long a status query waits for its turn before it is answered with Throttled
     */
    public record Limits(
            int concurrentSubmits,
            int concurrentQueries,
            int window,
            int brokenPercent,
            Duration openFor,
            int trials,
            int statusesPerSecond,
            Duration statusPatience) {
        public static Limits standard() {
            return new Limits(256, 128, 20, 50, Duration.ofSeconds(10), 3, 10, Duration.ofSeconds(1));
        }

        public Limits withStatusesPerSecond(int rate) {
            return new Limits(
                    concurrentSubmits, concurrentQueries, window, brokenPercent, openFor, trials, rate, statusPatience);
        }
    }

    /**
     * One guard as a meter shows it.
     *
     * @param call {@code collect}, {@code disburse}, {@code status} or {@code balance}
     * @param circuit {@code closed}, {@code open} or {@code half_open}
     * @param brokenPercent of the calls in the window; -1 before there are enough
     * @param free calls that may still start
     */
    public record GuardState(String call, String circuit, float brokenPercent, int free) {}

    private record Guard(String call, CircuitBreaker circuit, Bulkhead bulkhead) {
        <A> A run(Supplier<A> work, Function<String, A> refusal) {
            try {
                return bulkhead.executeSupplier(() -> circuit.executeSupplier(work));
            } catch (BulkheadFullException _) {
                return refusal.apply(BULKHEAD_FULL);
            } catch (CallNotPermittedException _) {
                return refusal.apply(CIRCUIT_OPEN);
            }
        }

        GuardState state() {
            return new GuardState(
                    call,
                    circuit.getState().name().toLowerCase(Locale.ROOT),
                    circuit.getMetrics().getFailureRate(),
                    bulkhead.getMetrics().getAvailableConcurrentCalls());
        }
    }

    private Guard guard(String call, Limits limits, int concurrent, Predicate<Object> broken) {
        String name = inner.name().text() + "-" + call;
        CircuitBreakerConfig circuit = CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(limits.window())
                .minimumNumberOfCalls(Math.max(1, limits.window() / 2))
                .failureRateThreshold(limits.brokenPercent())
                .waitDurationInOpenState(limits.openFor())
                .permittedNumberOfCallsInHalfOpenState(limits.trials())
                .recordResult(broken)
                .clock(clock)
                .writableStackTraceEnabled(false)
                .build();
        BulkheadConfig bulkhead = BulkheadConfig.custom()
                .maxConcurrentCalls(concurrent)
                .maxWaitDuration(Duration.ZERO)
                .writableStackTraceEnabled(false)
                .build();
        return new Guard(call, CircuitBreaker.of(name, circuit), Bulkhead.of(name, bulkhead));
    }

    private RateLimiter rate(Limits limits) {
        // One permit per slice instead of N per second: fixed seconds would let 2N through around a boundary.
        RateLimiterConfig config = RateLimiterConfig.custom()
                .limitForPeriod(1)
                .limitRefreshPeriod(Duration.ofSeconds(1).dividedBy(limits.statusesPerSecond()))
                .timeoutDuration(limits.statusPatience())
                .writableStackTraceEnabled(false)
                .build();
        return RateLimiter.of(inner.name().text() + "-status", config);
    }

    private static boolean brokenSubmit(Object answer) {
        return answer instanceof SubmitAnswer.Unknown || answer instanceof SubmitAnswer.NotSent;
    }

    @Override
    public ProviderName name() {
        return inner.name();
    }

    @Override
    public SubmitAnswer collect(CollectRequest request) {
        return submitted(collect, () -> inner.collect(request));
    }

    @Override
    public SubmitAnswer disburse(DisburseRequest request) {
        return submitted(disburse, () -> inner.disburse(request));
    }

    private SubmitAnswer submitted(Guard guard, Supplier<SubmitAnswer> work) {
        long began = System.nanoTime();
        SubmitAnswer answer = guard.run(work, GuardedProvider::notSent);
        metrics.called(guard.call(), ProviderMetrics.word(answer), began);
        return answer;
    }

    private static SubmitAnswer notSent(String why) {
        return new SubmitAnswer.NotSent(why, Exchange.none(why));
    }

    @Override
    public StatusAnswer status(StatusRequest request) {
        long began = System.nanoTime();
        StatusAnswer answer = turnComes()
                ? status.run(() -> inner.status(request), why -> new StatusAnswer.Unknown(why, Exchange.none(why)))
                : new StatusAnswer.Throttled(Duration.ofSeconds(1), Exchange.none("our own limit on status queries"));
        metrics.called(status.call(), ProviderMetrics.word(answer), began);
        return answer;
    }

    private boolean turnComes() {
        if (statusRate.isEmpty()) {
            return true;
        }
        long began = System.nanoTime();
        boolean comes = statusRate.get().acquirePermission();
        metrics.waited(began);
        return comes;
    }

    @Override
    public BalanceAnswer balance(Operation product) {
        long began = System.nanoTime();
        BalanceAnswer answer = balance.run(
                () -> inner.balance(product), why -> new BalanceAnswer.Unavailable(why, Exchange.none(why)));
        metrics.called(balance.call(), ProviderMetrics.word(answer), began);
        return answer;
    }

    /** Every guard's state, for meters. */
    public List<GuardState> states() {
        return Stream.of(collect, disburse, status, balance).map(Guard::state).toList();
    }
}
