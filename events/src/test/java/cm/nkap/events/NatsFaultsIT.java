package cm.nkap.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.testing.Until;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What NATS may do to us: be away, forget everything, be configured by somebody else. */
class NatsFaultsIT {
    private final Line line = new Line();

    @AfterEach
    void stop() {
        line.close();
    }

    @Test
    void publishingWhileNatsIsAwayNeitherWaitsNorFailsAndArrivesLater() {
        List<Envelope> events = Samples.collections(100);
        line.dispatch(line.rows::consume);
        line.nats.close();

        long started = System.nanoTime();
        line.emit(events);
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(15));
        assertThat(line.rows.pending()).hasSize(100);

        line.reopenNats();
        line.awaitEffects(100);
        assertThat(line.rows.effects()).isEqualTo(100);
    }

    @Test
    void whatAProcessLeftBehindIsPublishedBySweep() throws Exception {
        List<Envelope> events = Samples.collections(250);
        line.rows.append(events);
        line.dispatch(line.rows::consume);

        assertThat(line.republisher.run().published())
                .as("left to their function for a while")
                .isZero();
        assertThat(line.sweepLater()).isEqualTo(new Republisher.Result(250, 0, 0));

        line.awaitEffects(250);
        assertThat(line.republisher.run()).isEqualTo(new Republisher.Result(0, 0, 250));
        assertThat(line.rows.pending()).isEmpty();
    }

    @Test
    void sweepGivesUpQuicklyWhileNatsIsAway() throws Exception {
        line.rows.append(Samples.collections(10));
        line.nats.close();

        assertThat(line.sweepLater()).isEqualTo(new Republisher.Result(0, 0, 0));
        assertThat(line.rows.pending()).hasSize(10);
    }

    @Test
    void aReplayAskedForWhileNatsIsAwayIsDoneBySweepLater() throws Exception {
        Envelope event = Samples.collection("ch_1", 1);
        line.rows.append(List.of(event));
        line.rows.takenUp(List.of(event.id()), Duration.ofDays(1));
        line.deadLetters().park(DeadLetters.Parking.of(Line.COLLECTIONS, event, event.toJson(), List.of("broken"), 4));
        line.dispatch(line.rows::consume);
        line.nats.close();

        assertThat(line.deadLetters().replayAll(line.publisher)).isOne();
        line.reopenNats();

        Until.holds(Line.LIMIT, "consumed", () -> {
            sweep();
            return line.rows.effects() == 1;
        });
    }

    @Test
    void nothingIsLostOrDoubledWhenNatsCrashes() throws Exception {
        line.dispatch(line.rows::consume);
        line.emit(Samples.collections(200));
        line.awaitEffects(40);

        line.nats.crash();

        Until.holds(Line.LIMIT, "all effects", () -> {
            sweep();
            return line.rows.effects() >= 200;
        });
        assertThat(line.rows.effects()).isEqualTo(200);
    }

    @Test
    void nothingIsLostWhenTheStorageIsWipedMidWay() throws Exception {
        line.dispatch((to, event) -> line.rows.consume(to, event));
        line.emit(Samples.collections(200));
        line.awaitEffects(40);

        line.nats.wipe();
        line.emit(Samples.collections(200).stream()
                .map(event -> Samples.collection("later_" + event.event().about(), 9))
                .toList());

        Until.holds(Duration.ofSeconds(60), "all effects", () -> {
            sweep();
            return line.rows.effects() >= 400;
        });
        assertThat(line.rows.effects()).isEqualTo(400);
        assertThat(line.rows.count("SELECT count(*) FROM events.dead_letter")).isZero();
    }

    @Test
    void theStreamIsMadeAgainWhenSomebodyDeletesItWhileRunning() throws Exception {
        line.dispatch(line.rows::consume);
        line.emit(Samples.collections(5));
        line.awaitEffects(5);
        Connection nats = line.connect();
        nats.jetStreamManagement().deleteStream(EventStream.NAME);

        line.emit(List.of(Samples.collection("ch_after", 1)));

        line.awaitEffects(6);
    }

    @Test
    void aStreamConfiguredOtherwiseIsRefusedAndNothingIsPublishedIntoIt() throws Exception {
        Connection nats = line.connect();
        JetStreamManagement management = nats.jetStreamManagement();
        management.addStream(StreamConfiguration.builder()
                .name(EventStream.NAME)
                .subjects("nkap.>")
                .storageType(StorageType.Memory)
                .maxAge(Duration.ofHours(1))
                .duplicateWindow(Duration.ofMinutes(10))
                .build());

        assertThatThrownBy(() -> EventStream.ensure(nats, line.settings))
                .isInstanceOf(StreamDrift.class)
                .hasMessageContaining("storage is memory, wanted file")
                .hasMessageContaining("max age is PT1H, wanted PT168H");
        line.rows.append(Samples.collections(3));
        assertThat(line.sweepLater().published()).isZero();
        assertThat(management.getStreamInfo(EventStream.NAME).getStreamState().getMsgCount())
                .isZero();
    }

    @Test
    void theStreamThatWeMakeIsTheStreamThatWeAskedFor() throws Exception {
        Connection nats = line.connect();
        EventStream.ensure(nats, line.settings);
        EventStream.ensure(nats, line.settings);

        StreamConfiguration found =
                nats.jetStreamManagement().getStreamInfo(EventStream.NAME).getConfiguration();
        assertThat(found.getStorageType()).isEqualTo(StorageType.File);
        assertThat(found.getMaxAge()).isEqualTo(Duration.ofDays(7));
        assertThat(found.getDuplicateWindow()).isEqualTo(Duration.ofMinutes(10));
    }

    private void sweep() throws InterruptedException {
        Republisher.Result _ = line.sweepLater();
    }
}
