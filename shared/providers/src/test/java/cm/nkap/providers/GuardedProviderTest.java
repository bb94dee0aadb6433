package cm.nkap.providers;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.providers.GuardedProvider.GuardState;
import cm.nkap.providers.GuardedProvider.Limits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class GuardedProviderTest {
    private static final Exchange NONE = Exchange.none("test");
    private static final SubmitAnswer DEAD = new SubmitAnswer.Unknown("timeout", NONE);
    private static final SubmitAnswer FINE = new SubmitAnswer.Accepted(NONE);
    private static final Msisdn NUMBER = new Msisdn("237677123401");
    private static final Limits LIMITS = new Limits(2, 2, 10, 50, Duration.ofSeconds(10), 2, 0, Duration.ofMillis(1));

    private final Scripted inner = new Scripted();
    private final Moving clock = new Moving();
    private final GuardedProvider guarded = new GuardedProvider(inner, LIMITS, clock);

    @Test
    void aDeadProviderIsLeftAloneAndTriedAgainLater() {
        inner.submits = () -> DEAD;
        for (int i = 0; i < 5; i++) {
            assertThat(collect()).isInstanceOf(SubmitAnswer.Unknown.class);
        }

        assertThat(collect()).isEqualTo(new SubmitAnswer.NotSent("circuit open", Exchange.none("circuit open")));
        assertThat(inner.calls).hasValue(5);
        assertThat(state("collect").circuit()).isEqualTo("open");

        clock.now = clock.now.plusSeconds(11);
        inner.submits = () -> FINE;

        assertThat(collect()).isEqualTo(FINE);
        assertThat(collect()).isEqualTo(FINE);
        assertThat(state("collect").circuit()).isEqualTo("closed");
    }

    @Test
    void aTrialThatFailsOpensTheCircuitAgain() {
        inner.submits = () -> DEAD;
        for (int i = 0; i < 5; i++) {
            collect();
        }
        clock.now = clock.now.plusSeconds(11);

        collect();
        collect();

        assertThat(state("collect").circuit()).isEqualTo("open");
        assertThat(inner.calls).hasValue(7);
    }

    @Test
    void whatCouldNotBeSentCountsAgainstTheCircuit() {
        inner.submits = () -> new SubmitAnswer.NotSent("not connected", NONE);
        for (int i = 0; i < 5; i++) {
            collect();
        }

        assertThat(state("collect").circuit()).isEqualTo("open");
    }

    @Test
    void refusalsOfPaymentsDoNotOpenTheCircuit() {
        inner.submits = () -> new SubmitAnswer.Refused(FailureCode.INSUFFICIENT_BALANCE, "no", NONE);
        for (int i = 0; i < 30; i++) {
            assertThat(collect()).isInstanceOf(SubmitAnswer.Refused.class);
        }

        assertThat(state("collect")).isEqualTo(new GuardState("collect", "closed", 0, 2));
    }

    @Test
    void aDeadCollectionStopsNeitherPayoutsNorStatusQueries() {
        inner.submits = () -> DEAD;
        for (int i = 0; i < 6; i++) {
            collect();
        }
        inner.submits = () -> FINE;

        assertThat(state("collect").circuit()).isEqualTo("open");
        assertThat(guarded.disburse(new DisburseRequest(UUID.randomUUID(), "po_1", 5, NUMBER, "m", null)))
                .isEqualTo(FINE);
        assertThat(status()).isInstanceOf(StatusAnswer.NotFound.class);
        assertThat(guarded.balance(Operation.COLLECTION)).isInstanceOf(BalanceAnswer.Available.class);
    }

    @Test
    void statusQueriesHaveTheirOwnCircuit() {
        inner.statuses = () -> new StatusAnswer.Unknown("timeout", NONE);
        for (int i = 0; i < 5; i++) {
            status();
        }

        assertThat(status()).isEqualTo(new StatusAnswer.Unknown("circuit open", Exchange.none("circuit open")));
        assertThat(collect()).isEqualTo(FINE);
    }

    @Test
    void moreCallsAtATimeThanAllowedAreNotSent() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(2);
        CountDownLatch release = new CountDownLatch(1);
        inner.submits = () -> {
            inside.countDown();
            awaited(release);
            return FINE;
        };
        Thread first = Thread.startVirtualThread(this::collect);
        Thread second = Thread.startVirtualThread(this::collect);
        assertThat(inside.await(5, TimeUnit.SECONDS)).isTrue();

        assertThat(collect()).isEqualTo(new SubmitAnswer.NotSent("bulkhead full", Exchange.none("bulkhead full")));
        assertThat(state("collect").free()).isZero();

        release.countDown();
        first.join();
        second.join();
        assertThat(collect()).isEqualTo(FINE);
        assertThat(state("collect").free()).isEqualTo(2);
    }

    @Test
    void moreStatusQueriesThanTheLimitAreThrottledWithoutBeingAsked() {
        GuardedProvider limited = new GuardedProvider(inner, LIMITS.withStatusesPerSecond(1), clock);
        StatusRequest request = new StatusRequest(Operation.COLLECTION, UUID.randomUUID());

        assertThat(limited.status(request)).isInstanceOf(StatusAnswer.NotFound.class);
        assertThat(limited.status(request)).isInstanceOf(StatusAnswer.Throttled.class);
        assertThat(inner.calls).hasValue(1);
    }

    @Test
    void aZeroLimitIsNone() {
        for (int i = 0; i < 100; i++) {
            assertThat(status()).isInstanceOf(StatusAnswer.NotFound.class);
        }
    }

    private SubmitAnswer collect() {
        return guarded.collect(new CollectRequest(UUID.randomUUID(), "ch_1", 5, NUMBER, "m", null));
    }

    private StatusAnswer status() {
        return guarded.status(new StatusRequest(Operation.COLLECTION, UUID.randomUUID()));
    }

    private GuardState state(String call) {
        Optional<GuardState> found = guarded.states().stream()
                .filter(state -> state.call().equals(call))
                .findFirst();
        return found.orElseThrow();
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Scripted implements Provider {
        private final AtomicInteger calls = new AtomicInteger();
        private volatile Supplier<SubmitAnswer> submits = () -> FINE;
        private volatile Supplier<StatusAnswer> statuses = () -> new StatusAnswer.NotFound(NONE);

        @Override
        public ProviderName name() {
            return ProviderName.MTN;
        }

        @Override
        public SubmitAnswer collect(CollectRequest request) {
            calls.incrementAndGet();
            return submits.get();
        }

        @Override
        public SubmitAnswer disburse(DisburseRequest request) {
            calls.incrementAndGet();
            return submits.get();
        }

        @Override
        public StatusAnswer status(StatusRequest request) {
            calls.incrementAndGet();
            return statuses.get();
        }

        @Override
        public BalanceAnswer balance(Operation product) {
            return new BalanceAnswer.Available(1, "XAF", NONE);
        }
    }

    private static final class Moving extends Clock {
        private volatile Instant now = Instant.parse("2026-11-22T10:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
