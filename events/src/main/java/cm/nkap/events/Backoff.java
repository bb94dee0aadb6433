package cm.nkap.events;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses that double up to a limit, each drawn at random between nothing and the whole ("full jitter"). Not for several threads. */
final class Backoff {
    private final Duration longest;
    private Duration current;

    Backoff(Duration first, Duration longest) {
        this.current = first;
        this.longest = longest;
    }

    Duration next() {
        Duration pause = Duration.ofNanos(ThreadLocalRandom.current().nextLong(current.toNanos() + 1));
        Duration doubled = current.multipliedBy(2);
        current = doubled.compareTo(longest) > 0 ? longest : doubled;
        return pause;
    }
}
