package cm.nkap.events;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * What {@code sweep} runs: publishes outbox rows that were left behind, publishes again what a function never consumed (its message
 * was lost with NATS' storage), and settles what is complete. Several may run at once: repeats are harmless.
 */
public final class Republisher {
    private static final Duration CONFIRM_LIMIT = Duration.ofSeconds(10);

    /**
     * How long to wait and how much to do in one run. Ages are measured by the database's clock.
     *
     * @param unpublishedAfter age of a row that its own function should have published
     * @param unconsumedAfter time since the last publication
     * @param batch rows per statement
     * @param most rows of each sort per run
     */
    public record Settings(Duration unpublishedAfter, Duration unconsumedAfter, int batch, int most) {
        public static final Settings DEFAULT =
                new Settings(Duration.ofSeconds(5), Duration.ofSeconds(60), 1_000, 100_000);
    }

    /** What one run did, in rows. */
    public record Result(int published, int republished, int settled) {}

    private final AllOrgs database;
    private final Publisher publisher;
    private final Settings settings;

    public Republisher(AllOrgs database, Publisher publisher, Settings settings) {
        this.database = database;
        this.publisher = publisher;
        this.settings = settings;
    }

    /** Runs once. */
    public Result run() throws InterruptedException {
        int settled = settle();
        int published = publish(tx -> Outbox.unpublished(tx, settings.unpublishedAfter(), settings.batch()));
        int republished = publish(tx -> Outbox.unconsumed(tx, settings.unconsumedAfter(), settings.batch()));
        return new Result(published, republished, settled);
    }

    private int settle() {
        int total = 0;
        int last = settings.batch();
        while (last == settings.batch() && total < settings.most()) {
            last = database.get(tx -> Outbox.settle(tx, settings.batch()));
            total += last;
        }
        return total;
    }

    private int publish(Function<Handle, List<Pending>> next) throws InterruptedException {
        int total = 0;
        while (total < settings.most()) {
            List<Pending> rows = database.get(next);
            Set<String> confirmed = publisher.publishAndWait(rows, CONFIRM_LIMIT);
            database.run(tx -> Outbox.markPublished(tx, confirmed));
            total += confirmed.size();
            if (rows.size() < settings.batch() || confirmed.size() < rows.size()) {
                return total;
            }
        }
        return total;
    }
}
