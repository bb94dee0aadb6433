package cm.nkap.function.limits;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.Caller;
import cm.nkap.function.Role;
import cm.nkap.function.limits.Leases.Lease;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitsTest {
    private static final Caller SHOP = new Caller("s-1", "shop", Set.of(Role.MERCHANT), "server");
    private static final Caller COLLEAGUE = new Caller("s-2", "shop", Set.of(Role.MERCHANT), "server");
    private static final Caller CUSTOMER = new Caller("c-1", "clients", Set.of(Role.CUSTOMER), "console");
    private static final Caller NEIGHBOUR = new Caller("c-2", "clients", Set.of(Role.CUSTOMER), "console");

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);
    private final AtomicInteger asked = new AtomicInteger();

    private static LimitConfig config(int client, int org) {
        return new LimitConfig(client, client, org, org, Duration.ofSeconds(2), 1);
    }

    private RateLimits alone(int client, int org) {
        return new RateLimits(config(client, org), null, now::get);
    }

    private int admitted(RateLimits limits, Caller caller, String method, int calls) {
        int admitted = 0;
        for (int i = 0; i < calls; i++) {
            admitted += limits.take(caller, method).admitted() ? 1 : 0;
        }
        return admitted;
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void allowsABurstAndThenTheRate() {
        var limits = alone(10, 0);

        assertThat(admitted(limits, SHOP, "POST", 100)).isEqualTo(20);
        pass(Duration.ofMillis(500));
        assertThat(admitted(limits, SHOP, "POST", 100)).isEqualTo(5);
        pass(Duration.ofHours(1));
        assertThat(admitted(limits, SHOP, "POST", 100)).isEqualTo(20);
    }

    @Test
    void readsAndMoneyDoNotStarveEachOther() {
        var limits = alone(10, 0);

        assertThat(admitted(limits, SHOP, "POST", 100)).isEqualTo(20);
        assertThat(admitted(limits, SHOP, "GET", 50)).isEqualTo(20);
        assertThat(admitted(limits, SHOP, "HEAD", 50)).isZero();
        assertThat(admitted(limits, SHOP, "DELETE", 50)).isZero();
    }

    @Test
    void anOrganisationsClientsShareItsBudgetAndNobodyPaysForARefusal() {
        var limits = alone(10, 15);

        assertThat(admitted(limits, SHOP, "POST", 100)).isEqualTo(20);
        assertThat(admitted(limits, COLLEAGUE, "POST", 100)).isEqualTo(10);
        pass(Duration.ofSeconds(1));
        assertThat(admitted(limits, COLLEAGUE, "POST", 100)).isEqualTo(15);
    }

    @Test
    void aCustomerCannotUseUpWhatOtherCustomersNeed() {
        var limits = alone(10, 10);

        assertThat(admitted(limits, CUSTOMER, "POST", 100)).isEqualTo(20);
        assertThat(admitted(limits, NEIGHBOUR, "POST", 100)).isEqualTo(20);
    }

    @Test
    void theSameSubjectThroughAnotherApiClientIsAnotherClient() {
        var limits = alone(10, 0);
        var elsewhere = new Caller("s-1", "shop", Set.of(Role.MERCHANT), "console");

        assertThat(admitted(limits, SHOP, "POST", 100)).isEqualTo(20);
        assertThat(admitted(limits, elsewhere, "POST", 100)).isEqualTo(20);
    }

    @Test
    void saysWhatIsLeftInBothFormsOfTheDraft() {
        var limits = alone(10, 100);

        var headers = limits.take(SHOP, "POST").headers();

        assertThat(headers.get("ratelimit-policy")).isEqualTo("\"client-money\";q=20;w=2, \"org-money\";q=200;w=2");
        assertThat(headers.get("ratelimit")).isEqualTo("\"client-money\";r=19;t=1, \"org-money\";r=199;t=1");
        assertThat(headers.get("ratelimit-limit")).isEqualTo("20");
        assertThat(headers.get("ratelimit-remaining")).isEqualTo("19");
        assertThat(headers.get("ratelimit-reset")).isEqualTo("1");
    }

    @Test
    void aRefusalSaysWhenToComeBackAndThenItIsTrue() {
        var limits = alone(1, 0);
        admitted(limits, SHOP, "POST", 2);

        var refused = limits.take(SHOP, "POST");
        pass(refused.retryAfter());

        assertThat(refused.admitted()).isFalse();
        assertThat(refused.headers().get("ratelimit-remaining")).isEqualTo("0");
        assertThat(limits.take(SHOP, "POST").admitted()).isTrue();
    }

    @Test
    void zeroIsNoLimitAndSaysNothing() {
        var allowance = alone(0, 0).take(SHOP, "POST");

        assertThat(allowance.admitted()).isTrue();
        assertThat(allowance.headers()).isEmpty();
    }

    @Test
    void fewCallsAskForALease() {
        var limits = new RateLimits(config(100, 0), this::generous, now::get);

        assertThat(admitted(limits, SHOP, "POST", 1_000)).isEqualTo(1_000);

        assertThat(asked.get()).isBetween(50, 220);
    }

    @Test
    void whatAnIdleProcessLeasedIsNotSpentLater() {
        var limits = new RateLimits(config(100, 0), (key, budget, owed, wanted) -> once(wanted), now::get);
        assertThat(limits.take(SHOP, "POST").admitted()).isTrue();

        pass(Duration.ofSeconds(2));

        assertThat(admitted(limits, SHOP, "POST", 100))
                .as("on credit only, and then it is known to be empty")
                .isLessThanOrEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void withoutTheSharedBudgetEachProcessKeepsToItsPart(boolean hangs) {
        var broken = hangs ? new CompletableFuture<Lease>() : CompletableFuture.<Lease>failedFuture(new Away());
        var config = new LimitConfig(10, 10, 0, 0, Duration.ofSeconds(2), 4);
        var limits = new RateLimits(config, (key, budget, owed, wanted) -> broken, System::nanoTime);

        long began = System.nanoTime();
        int admitted = admitted(limits, SHOP, "POST", 9);

        assertThat(admitted).as("a quarter of 20, and one on credit").isBetween(5, 7);
        assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(2));
    }

    private CompletableFuture<Lease> generous(String key, Budget budget, long owed, long wanted) {
        asked.incrementAndGet();
        return CompletableFuture.completedFuture(new Lease(wanted, budget.capacity(), 0));
    }

    private CompletableFuture<Lease> once(long wanted) {
        return CompletableFuture.completedFuture(
                asked.getAndIncrement() == 0 ? new Lease(wanted, 0, 0) : new Lease(0, 0, 5_000_000));
    }

    private static final class Away extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
