package cm.nkap.events;

import io.nats.client.api.PublishAck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code sweep} runs: settles events that everybody has consumed, and publishes what has been pending for too long. The first
 * time under the function's own message id, so that the stream drops it unless the function died before publishing or NATS was away
 * or wiped; after that under new ids, unless the stream has it and the dispatcher is only behind. Several may run at once: repeats
 * are harmless.
 */
public final class Republisher {
    private static final Duration CONFIRM_LIMIT = Duration.ofSeconds(10);
    private static final int MOST_SETTLED = 100_000;

    /**
     * How long to wait and how much to do in one run. Ages are measured by the database's clock.
     *
     * @param patience age at which a pending event is taken up; the wait doubles with each further round, up to 64 times
     * @param batch events published at the same moment
     * @param most events taken up in one run, and looked at in one statement whether they are complete
     */
    public record Settings(Duration patience, int batch, int most) {
        public static final Settings DEFAULT = new Settings(Duration.ofSeconds(10), 1_000, 10_000);

        /** Returns these settings with another patience. */
        public Settings withPatience(Duration wanted) {
            return new Settings(wanted, batch, most);
        }
    }

    /**
     * What one run did, in events.
     *
     * @param published that the stream did not have and nobody had published again before
     * @param republished under a new message id
     * @param settled known to be consumed by everybody
     */
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
        long started = System.nanoTime();
        int settled = settle();
        int published = 0;
        int republished = 0;
        int taken = 0;
        boolean more = true;
        while (more && taken < settings.most()) {
            // What this run has put off must not come due in it, however short the patience.
            Duration quietFor = settings.patience().plusNanos(System.nanoTime() - started + 1_000_000);
            Round round = round(database.get(tx -> Outbox.due(tx, quietFor, settings.batch())));
            published += round.published();
            republished += round.republished();
            settled += round.settled();
            taken += round.taken();
            more = round.taken() == settings.batch();
        }
        return new Result(published, republished, settled);
    }

    private int settle() {
        int total = 0;
        int last;
        // Looks further only as long as it is worth it: in a backlog that nobody consumes each look would be for
        // nothing.
        do {
            last = database.get(tx -> Outbox.settle(tx, settings.most()));
            total += last;
        } while (last > settings.most() / 2 && total < MOST_SETTLED);
        return total;
    }

    private record Round(int taken, int published, int republished, int settled) {}

    private Round round(List<Pending> due) throws InterruptedException {
        List<String> consumed = new ArrayList<>();
        List<Pending> putOff = new ArrayList<>();
        List<Pending> lost = new ArrayList<>();
        Optional<Backlog> backlog =
                due.stream().anyMatch(row -> row.place() != null) ? publisher.backlog() : Optional.empty();
        for (Pending row : due) {
            if (row.state() == Pending.State.CONSUMED) {
                consumed.add(row.id());
            } else if (row.state() == Pending.State.PARKED
                    || backlog.filter(consumers -> consumers.holds(row)).isPresent()) {
                putOff.add(row);
            } else if (row.place() == null || backlog.isPresent()) {
                lost.add(row);
            }
        }
        Map<String, PublishAck> confirmed = publisher.publishAndWait(lost, CONFIRM_LIMIT);
        int published = 0;
        int republished = 0;
        for (Pending row : lost) {
            PublishAck ack = confirmed.get(row.id());
            if (ack != null) {
                putOff.add(row.at(ack.getSeqno()));
                published += row.round() == 0 && !ack.isDuplicate() ? 1 : 0;
                republished += row.round() > 0 ? 1 : 0;
            }
        }
        database.run(tx -> {
            Outbox.nextRound(tx, putOff, settings.patience());
            Outbox.confirm(tx, confirmed.keySet());
            Outbox.consumed(tx, consumed);
        });
        return new Round(putOff.size() + consumed.size(), published, republished, consumed.size());
    }
}
