package cm.nkap.local;

import java.io.UncheckedIOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** One offer of charges at a fixed rate, each due at its own moment and measured from it. */
final class Load {
    private static final String RUN = UUID.randomUUID().toString().substring(0, 8);

    private final Api merchant;
    private final int rate;
    private final int total;
    private final long[] nanos;
    private final ConcurrentSkipListMap<String, LongAdder> answers = new ConcurrentSkipListMap<>();

    Load(Api merchant, int rate, int seconds) {
        this.merchant = merchant;
        this.rate = rate;
        this.total = Math.multiplyExact(rate, seconds);
        this.nanos = new long[total];
    }

    /** Returns when the last one was answered. */
    void run() {
        CountDownLatch open = new CountDownLatch(total);
        long start = System.nanoTime();
        for (int i = 0; i < total; i++) {
            long due = start + (long) (i * 1e9 / rate);
            while (System.nanoTime() - due < 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            int number = i;
            Thread.startVirtualThread(() -> {
                String answer = charge(number);
                nanos[number] = System.nanoTime() - due;
                answers.computeIfAbsent(answer, _ -> new LongAdder()).increment();
                open.countDown();
            });
        }
        try {
            open.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    Quantiles latencies() {
        return Quantiles.of(nanos);
    }

    Map<String, LongAdder> answers() {
        return answers;
    }

    long refused() {
        LongAdder accepted = answers.get("201");
        return total - (accepted == null ? 0 : accepted.sum());
    }

    private String charge(int number) {
        try {
            Api.Answer answer = merchant.post(
                    "/v1/charges",
                    Map.of(
                            "amount",
                            1_000L + number % 1_000,
                            "currency",
                            "XAF",
                            // Numbers that the simulator treats as anybody's: they pay after about a second.
                            "customer",
                            Map.of("msisdn", "23767%07d".formatted(1_000_000 + number % 9_000_000)),
                            "reference",
                            "bench-" + RUN + "-" + number));
            return answer.isWell() ? Integer.toString(answer.status()) : answer.problem();
        } catch (UncheckedIOException e) {
            return "no answer";
        }
    }
}
