package cm.nkap.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private final Rows rows = new Rows();

    @AfterEach
    void drop() {
        rows.close();
    }

    @Test
    void keepsTheOrderAndTheExactBytes() {
        List<Envelope> events = IntStream.range(0, 50)
                .mapToObj(i -> i % 2 == 0 ? Samples.charge("ch_1") : Samples.collection("ch_1", i))
                .toList();

        rows.append(events);

        List<Pending> pending = rows.allOrgs.get(tx -> Outbox.unpublished(tx, Duration.ZERO, 100));
        assertThat(pending).extracting(Pending::id).containsExactlyElementsOf(ids(events));
        assertThat(pending.getFirst().bytes()).isEqualTo(events.getFirst().toJson());
        assertThat(pending.getFirst().messageId()).isEqualTo(events.getFirst().id());
        assertThat(about(Samples.ORG, "ch_1")).isEqualTo(events);
    }

    @Test
    void anotherOrganisationsRowsAreInvisible() {
        rows.append(List.of(Samples.charge("boutique-douala", "ch_1"), Samples.charge("marche-yaounde", "ch_2")));

        assertThat(about("marche-yaounde", "ch_1")).isEmpty();
        assertThat(unpublished("marche-yaounde", Duration.ZERO)).hasSize(1);
        assertThat(unpublished("", Duration.ZERO)).isEmpty();
        List<Pending> withoutSetting = rows.app.withHandle(tx -> Outbox.unpublished(tx, Duration.ZERO, 10));
        assertThat(withoutSetting).isEmpty();
    }

    @Test
    void nobodyWritesForAnotherOrganisation() {
        assertThatThrownBy(() -> rows.asOrg("marche-yaounde", tx -> {
                    Outbox.append(tx, List.of(Samples.charge("boutique-douala", "ch_1")));
                    return 0;
                }))
                .isInstanceOf(JdbiException.class)
                .hasMessageContaining("row-level security");
    }

    @Test
    void theApplicationCannotDeleteOrRewriteEvents() {
        rows.append(List.of(Samples.charge("ch_1")));

        for (String forbidden : List.of(
                "DELETE FROM events.outbox",
                "UPDATE events.outbox SET body = '{}'",
                "TRUNCATE events.outbox",
                "DELETE FROM events.inbox",
                "UPDATE events.inbox SET function = 'x'",
                "DELETE FROM events.dead_letter",
                "UPDATE events.dead_letter SET body = '{}'")) {
            assertThatThrownBy(() -> rows.allOrgs.run(tx -> tx.execute(forbidden)))
                    .as(forbidden)
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void anEventRolledBackIsNotOwed() {
        assertThatThrownBy(() -> rows.allOrgs.run(tx -> {
                    Outbox.append(tx, List.of(Samples.charge("ch_1")));
                    throw new IllegalStateException("the operation failed");
                }))
                .hasMessage("the operation failed");

        assertThat(rows.unpublished()).isEmpty();
    }

    @Test
    void aYoungRowIsLeftToItsOwnFunction() {
        rows.append(List.of(Samples.charge("ch_1")));

        assertThat(unpublished("*", HOUR)).isEmpty();
    }

    @Test
    void aRowIsUnconsumedUntilEverySubscriberHasIt() {
        Envelope succeeded = Envelope.of(
                "/nkap/create-charge",
                Samples.ORG,
                Samples.NOON,
                null,
                new ChargeEvent.Succeeded("ch_1", "mer_1", "mtn", 5_000, 100, 4_900, "tx1"));
        rows.append(List.of(succeeded));
        assertThat(rows.unconsumed(Duration.ZERO)).as("not yet published").isEmpty();

        rows.publishedNow(ids(List.of(succeeded)));
        assertThat(rows.unconsumed(Duration.ZERO)).containsExactly(succeeded.id());
        assertThat(settle()).isZero();

        rows.claim("merchant-webhooks", succeeded);
        assertThat(rows.unconsumed(Duration.ZERO)).as("not a subscriber").containsExactly(succeeded.id());

        rows.claim("payout", succeeded);
        assertThat(rows.unconsumed(Duration.ZERO)).isEmpty();
        assertThat(settle()).isOne();
        assertThat(settle()).isZero();
    }

    @Test
    void theTrailOfAPaymentTellsWhoHadEachEvent() {
        Envelope created = Samples.charge("ch_1");
        Envelope collected = Samples.collection("ch_1", 7);
        rows.append(List.of(created, collected, Samples.charge("ch_2")));
        rows.publishedNow(List.of(created.id()));
        rows.claim("provider-gateway", created);
        rows.claim("merchant-webhooks", created);

        List<Outbox.Traced> trail = rows.asOrg(Samples.ORG, tx -> Outbox.trail(tx, "ch_1"));

        assertThat(trail).extracting(Outbox.Traced::event).containsExactly(created, collected);
        assertThat(trail.get(0).consumedBy()).containsOnlyKeys("provider-gateway", "merchant-webhooks");
        assertThat(trail.get(0).publishedAt()).isNotNull();
        assertThat(trail.get(1).consumedBy()).isEmpty();
        assertThat(trail.get(1).publishedAt()).isNull();
    }

    @Test
    void anEventNobodyWantsIsSettledOncePublished() {
        Envelope expired = Samples.expired("ch_1");
        rows.append(List.of(expired));
        assertThat(settle()).isZero();

        rows.publishedNow(List.of(expired.id()));

        assertThat(rows.unconsumed(Duration.ZERO)).isEmpty();
        assertThat(settle()).isOne();
    }

    @Test
    void eachRepublicationWaitsTwiceAsLongAndHasItsOwnMessageId() {
        Envelope event = Samples.collection("ch_1", 1);
        rows.append(List.of(event));
        for (int i = 0; i < 3; i++) {
            rows.publishedNow(List.of(event.id()));
        }
        age(Duration.ofSeconds(350));

        assertThat(rows.unconsumed(Duration.ofSeconds(100)))
                .as("due after 400 s")
                .isEmpty();
        age(Duration.ofSeconds(60));
        List<Pending> due = rows.allOrgs.get(tx -> Outbox.unconsumed(tx, Duration.ofSeconds(100), 10));
        assertThat(due).extracting(Pending::messageId).containsExactly(event.id() + "#3");
    }

    @Test
    void scansStaySmallAmongManySettledRows() {
        rows.admin.useHandle(sql -> {
            sql.execute("""
                    INSERT INTO events.outbox (id, org_id, type, about, source, occurred_at, body,
                                               published_at, publications, settled_at)
                    SELECT 'ev_' || n, 'boutique-douala', 'cm.nkap.charge.created.v1', 'ch_' || n, '/nkap/test',
                           now(), '{}', now() - interval '1 day', 1, now()
                      FROM generate_series(1, 50000) AS n""");
            sql.execute("ANALYZE events.outbox");
        });

        String unpublished = plan("published_at IS NULL ORDER BY seq LIMIT 1000");
        String unsettled = plan("settled_at IS NULL AND published_at <= now() ORDER BY published_at LIMIT 1000");

        assertThat(unpublished).contains("outbox_unpublished").doesNotContain("Seq Scan");
        assertThat(unsettled).contains("outbox_unsettled").doesNotContain("Seq Scan");
    }

    private List<Envelope> about(String orgs, String payment) {
        return rows.asOrg(orgs, tx -> Outbox.forPayment(tx, payment));
    }

    private List<Pending> unpublished(String orgs, Duration olderThan) {
        return rows.asOrg(orgs, tx -> Outbox.unpublished(tx, olderThan, 10));
    }

    private String plan(String condition) {
        String explain = "EXPLAIN SELECT id FROM events.outbox WHERE " + condition;
        List<String> lines = rows.allOrgs.get(
                tx -> tx.createQuery(explain).mapTo(String.class).list());
        return String.join("\n", lines);
    }

    private int settle() {
        return rows.allOrgs.get(tx -> Outbox.settle(tx, 100));
    }

    private void age(Duration by) {
        rows.admin.useHandle(sql -> sql.execute(
                "UPDATE events.outbox SET published_at = published_at - ? * interval '1 second'", by.toSeconds()));
    }

    private static List<String> ids(List<Envelope> events) {
        return events.stream().map(Envelope::id).toList();
    }
}
