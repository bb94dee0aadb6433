package cm.nkap.events;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Until;
import io.nats.client.JetStreamManagement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When sweep publishes again, and when it must not. */
class RepublisherIT {
    private static final Republisher.Result NOTHING = new Republisher.Result(0, 0, 0);
    private final Line line = new Line();

    @AfterEach
    void stop() {
        line.close();
    }

    @Test
    void aFunctionThatDiedBeforePublishingHasItsEventsPublishedOnce() throws Exception {
        line.rows.append(Samples.collections(5));
        line.rows.append(List.of(Samples.expired("ch_9")));

        assertThat(line.sweepLater()).isEqualTo(new Republisher.Result(6, 0, 0));
        line.dispatch(line.rows::consume);

        line.awaitEffects(5);
        line.awaitIdle();
        assertThat(messages()).isEqualTo(6);
        assertThat(line.republisher.run()).isEqualTo(new Republisher.Result(0, 0, 5));
        assertThat(line.rows.pending()).isEmpty();
    }

    @Test
    void anEventNobodyWantsWaitsForNatsToComeBack() throws Exception {
        Envelope expired = Samples.expired("ch_1");
        line.rows.append(List.of(expired));
        line.nats.close();

        assertThat(line.sweepLater()).isEqualTo(NOTHING);
        assertThat(line.rows.pending()).containsExactly(expired.id());
        line.reopenNats();

        Until.holds(Line.LIMIT, "published", () -> line.sweepLater().published() == 1);
        assertThat(line.rows.pending()).isEmpty();
        assertThat(messages()).isEqualTo(1);
    }

    @Test
    void aBacklogThatNobodyConsumesIsNotMadeLonger() throws Exception {
        emitted(200);
        for (int run = 0; run < 10; run++) {
            line.rows.age(Duration.ofHours(1));
            assertThat(line.republisher.run()).isEqualTo(NOTHING);
        }

        assertThat(messages()).isEqualTo(200);
        line.dispatch(line.rows::consume);
        line.awaitEffects(200);
        assertThat(line.republisher.run().settled()).isEqualTo(200);
    }

    @Test
    void anEventThatTheFunctionStillWorksOnIsLeftToIt() throws Exception {
        CountDownLatch started = new CountDownLatch(3);
        CountDownLatch release = new CountDownLatch(1);
        emitted(3);
        line.dispatch((to, event) -> {
            started.countDown();
            try {
                boolean _ = release.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            line.rows.consume(to, event);
        });
        assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();

        for (int run = 0; run < 4; run++) {
            line.rows.age(Duration.ofHours(1));
            assertThat(line.republisher.run()).isEqualTo(NOTHING);
        }

        release.countDown();
        line.awaitEffects(3);
        assertThat(messages()).isEqualTo(3);
    }

    @Test
    void anEventThatWasAnsweredWithoutBeingClaimedIsSentAgainUnderANewIdAtGrowingDistance() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        emitted(1);
        line.dispatch((to, event) -> answered.countDown());
        assertThat(answered.await(30, TimeUnit.SECONDS)).isTrue();
        line.awaitIdle();
        assertThat(line.sweepLater()).as("first under the old id").isEqualTo(NOTHING);

        assertThat(line.republisher.run()).as("not yet").isEqualTo(NOTHING);
        assertThat(line.sweepLater()).as("after 10 s of 20 s").isEqualTo(NOTHING);
        assertThat(line.sweepLater()).isEqualTo(new Republisher.Result(0, 1, 0));

        line.awaitIdle();
        assertThat(messages()).isEqualTo(2);
        line.rows.age(Duration.ofSeconds(30));
        assertThat(line.republisher.run()).as("after 30 s of 40 s").isEqualTo(NOTHING);
        assertThat(line.sweepLater()).isEqualTo(new Republisher.Result(0, 1, 0));
    }

    @Test
    void whatAWipedStreamHadIsSentAgainAlsoWhenSweepHadSeenItThere() throws Exception {
        emitted(50);
        assertThat(line.sweepLater()).as("the stream has all of it").isEqualTo(NOTHING);
        line.nats.wipe();
        line.dispatch(line.rows::consume);

        Until.holds(Line.LIMIT, "all effects", () -> {
            Republisher.Result _ = line.sweepLater();
            return line.rows.effects() == 50;
        });

        line.awaitIdle();
        line.rows.settle();
        assertThat(line.rows.pending()).isEmpty();
    }

    @Test
    void whatIsConsumedIsSettledAlsoBehindMoreUnconsumedEventsThanOneLookSees() throws Exception {
        List<Envelope> consumed = Samples.collections(15);
        line.rows.append(Samples.collections(30));
        line.rows.append(consumed);
        consumed.forEach(event -> line.rows.claim("create-charge", event));
        Republisher small =
                new Republisher(line.rows.allOrgs, line.publisher, new Republisher.Settings(Line.PATIENCE, 10, 10));

        assertThat(small.run()).isEqualTo(NOTHING);
        line.rows.age(Line.PATIENCE);
        int settled = 0;
        for (int run = 0; run < 6; run++) {
            settled += small.run().settled();
        }

        assertThat(settled).isEqualTo(15);
        assertThat(line.rows.pending()).hasSize(30);
    }

    @Test
    void oneRunTakesUpOnlySoMuchAndNothingTwice() throws Exception {
        line.rows.append(Samples.collections(90));
        Republisher impatient =
                new Republisher(line.rows.allOrgs, line.publisher, new Republisher.Settings(Duration.ZERO, 20, 40));

        assertThat(impatient.run()).isEqualTo(new Republisher.Result(40, 0, 0));
        assertThat(impatient.run().published()).isPositive();
        assertThat(messages()).isLessThanOrEqualTo(90);
    }

    /** Events that their function has published and nobody has consumed. */
    private void emitted(int count) throws Exception {
        line.emit(Samples.collections(count));
        Until.holds(Line.LIMIT, "published", () -> line.publisher.unfinished() == 0);
        assertThat(messages()).isEqualTo(count);
    }

    private long messages() throws Exception {
        JetStreamManagement management = line.connect().jetStreamManagement();
        return management.getStreamInfo(EventStream.NAME).getStreamState().getMsgCount();
    }
}
