package cm.nkap.events;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Until;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Gatherers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A backlog, as after ten minutes without NATS, drains whole; the log says how fast. */
class RateIT {
    private static final Logger LOG = LoggerFactory.getLogger(RateIT.class);
    private static final int EVENTS = 20_000;

    private final Line line = new Line();

    @AfterEach
    void stop() {
        line.close();
    }

    @Test
    void aBacklogDrainsWhole() {
        List<Envelope> events = Samples.collections(EVENTS);
        long appended = perSecond(
                () -> events.stream().gather(Gatherers.windowFixed(500)).forEach(line.rows::append));
        Republisher sweep = new Republisher(
                line.rows.allOrgs, line.publisher, new Republisher.Settings(Duration.ZERO, 1_000, 100_000));

        long published = perSecond(() -> assertThat(run(sweep).published()).isEqualTo(EVENTS));

        Set<String> got = ConcurrentHashMap.newKeySet();
        line.dispatch(DispatcherSettings.DEFAULT, (to, event) -> got.add(event.id()));
        long delivered = perSecond(() -> Until.holds(Line.LIMIT, "delivered", () -> got.size() == EVENTS));

        LOG.info("rates_per_second appended={} published={} delivered={}", appended, published, delivered);
        assertThat(got).hasSize(EVENTS);
    }

    private static Republisher.Result run(Republisher sweep) {
        try {
            return sweep.run();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long perSecond(Runnable work) {
        long started = System.nanoTime();
        work.run();
        return Math.round(EVENTS * 1e9 / (System.nanoTime() - started));
    }
}
