package cm.nkap.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Types;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;
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

        List<Pending> due = rows.allOrgs.get(tx -> Outbox.due(tx, Duration.ZERO, 100));
        assertThat(due).extracting(Pending::id).containsExactlyElementsOf(ids(events));
        assertThat(due.getFirst().bytes()).isEqualTo(events.getFirst().toJson());
        assertThat(due.getFirst().messageId()).isEqualTo(events.getFirst().id());
        assertThat(about(Samples.ORG, "ch_1")).isEqualTo(events);
    }

    @Test
    void anotherOrganisationsRowsAreInvisible() {
        rows.append(List.of(Samples.charge("boutique-douala", "ch_1"), Samples.charge("marche-yaounde", "ch_2")));

        assertThat(about("marche-yaounde", "ch_1")).isEmpty();
        assertThat(due("marche-yaounde")).hasSize(1);
        assertThat(due("")).isEmpty();
        List<Pending> withoutSetting = rows.app.withHandle(tx -> Outbox.due(tx, Duration.ZERO, 10));
        assertThat(withoutSetting).isEmpty();
    }

    @Test
    void nobodyForgetsAnotherOrganisationsPendingEvents() {
        Envelope theirs = Samples.expired("ch_1");
        rows.append(List.of(theirs));

        rows.asOrg("marche-yaounde", tx -> {
            Outbox.confirm(tx, List.of(theirs.id()));
            return tx.execute("DELETE FROM events.pending");
        });

        assertThat(rows.pending()).containsExactly(theirs.id());
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
                "TRUNCATE events.pending",
                "UPDATE events.pending SET event_id = 'x'",
                "UPDATE events.pending SET org_id = 'x'",
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
    void notEvenTheAdministratorRewritesWhatWasSaid() {
        rows.append(List.of(Samples.charge("ch_1")));

        for (String forbidden : List.of("DELETE FROM events.outbox", "UPDATE events.outbox SET body = '{}'")) {
            assertThatThrownBy(() -> rows.admin.useHandle(sql -> {
                        sql.execute("SET session_replication_role = replica");
                        sql.execute(forbidden);
                    }))
                    .as(forbidden)
                    .hasMessageContaining("append-only");
        }
        assertThat(about(Samples.ORG, "ch_1")).hasSize(1);
    }

    @Test
    void anEventRolledBackIsNotOwed() {
        assertThatThrownBy(() -> rows.allOrgs.run(tx -> {
                    Outbox.append(tx, List.of(Samples.charge("ch_1")));
                    throw new IllegalStateException("the operation failed");
                }))
                .hasMessage("the operation failed");

        assertThat(rows.pending()).isEmpty();
        assertThat(about(Samples.ORG, "ch_1")).isEmpty();
    }

    @Test
    void aYoungRowIsLeftToItsOwnFunction() {
        rows.append(List.of(Samples.charge("ch_1")));

        assertThat(rows.due(HOUR)).isEmpty();
        rows.age(HOUR);
        assertThat(rows.due(HOUR)).hasSize(1);
    }

    @Test
    void aRowIsPendingUntilEverySubscriberHasIt() {
        Envelope succeeded = Envelope.of(
                "/nkap/create-charge",
                Samples.ORG,
                Samples.NOON,
                null,
                new ChargeEvent.Succeeded("ch_1", "mer_1", "mtn", 5_000, 100, 4_900, "tx1"));
        rows.append(List.of(succeeded));
        assertThat(rows.settle()).isZero();

        rows.claim("merchant-webhooks", succeeded);
        assertThat(rows.settle()).as("not a subscriber").isZero();
        assertThat(rows.due(Duration.ZERO)).containsExactly(succeeded.id());

        rows.claim("payout", succeeded);
        assertThat(rows.due(Duration.ZERO)).isEmpty();
        assertThat(rows.settle()).isOne();
        assertThat(rows.settle()).isZero();
        assertThat(rows.pending()).isEmpty();
        assertThat(about(Samples.ORG, "ch_1")).as("history stays").containsExactly(succeeded);
    }

    @Test
    void anEventForTwoFunctionsIsPendingUntilBothHaveIt() {
        Envelope event = Samples.collection("ch_1", 1);
        rows.append(List.of(event));
        rows.admin.useHandle(sql -> sql.execute("UPDATE events.pending SET expected = 2"));
        rows.claim("create-charge", event);
        assertThat(rows.settle()).isZero();
        rows.claim("payout", event);
        assertThat(rows.settle()).isOne();
    }

    @Test
    void aSubscriptionTakenAwayKeepsNothingPending() {
        Envelope event = Samples.collection("ch_1", 1);
        rows.append(List.of(event));
        rows.admin.useHandle(sql -> sql.execute("UPDATE events.pending SET expected = 2"));
        rows.claim("create-charge", event);

        rows.takenUp(List.of(event.id()), Duration.ofSeconds(10));

        assertThat(rows.settle()).isOne();
    }

    @Test
    void theTrailOfAPaymentTellsWhoHadEachEvent() {
        Envelope created = Samples.charge("ch_1");
        Envelope collected = Samples.collection("ch_1", 7);
        rows.append(List.of(created, collected, Samples.charge("ch_2")));
        rows.claim("provider-gateway", created);
        rows.claim("merchant-webhooks", created);
        rows.settle();

        List<Outbox.Traced> trail = rows.asOrg(Samples.ORG, tx -> Outbox.trail(tx, "ch_1"));

        assertThat(trail).extracting(Outbox.Traced::event).containsExactly(created, collected);
        assertThat(trail.get(0).consumedBy()).containsOnlyKeys("provider-gateway", "merchant-webhooks");
        assertThat(trail.get(0).pending()).isFalse();
        assertThat(trail.get(1).consumedBy()).isEmpty();
        assertThat(trail.get(1).pending()).isTrue();
    }

    @Test
    void anEventNobodyWantsIsPendingUntilJetStreamHasIt() {
        Envelope expired = Samples.expired("ch_1");
        Envelope wanted = Samples.charge("ch_1");
        rows.append(List.of(expired, wanted));
        assertThat(rows.settle()).isZero();
        assertThat(rows.due(Duration.ZERO)).containsExactly(expired.id(), wanted.id());

        rows.allOrgs.run(tx -> Outbox.confirm(tx, List.of(expired.id(), wanted.id())));

        assertThat(rows.pending())
                .as("JetStream having it is not enough for the other")
                .containsExactly(wanted.id());
    }

    @Test
    void eachRoundWaitsTwiceAsLongAndHasItsOwnMessageId() {
        Duration patience = Duration.ofSeconds(100);
        Envelope event = Samples.collection("ch_1", 1);
        rows.append(List.of(event));
        for (int round = 0; round < 3; round++) {
            rows.takenUp(List.of(event.id()), patience);
        }

        rows.age(Duration.ofSeconds(750));
        assertThat(rows.due(patience)).as("due after 800 s").isEmpty();
        rows.age(Duration.ofSeconds(60));
        List<Pending> due = rows.allOrgs.get(tx -> Outbox.due(tx, patience, 10));
        assertThat(due).extracting(Pending::messageId).containsExactly(event.id() + "#3");
    }

    @Test
    void settlingLooksOnlyAtTheNextRowsAndNeverWaitsForOneThatIsLocked() {
        List<Envelope> events = Samples.collections(30);
        for (Envelope event : events) {
            rows.append(List.of(event));
            rows.claim("create-charge", event);
        }

        try (Handle other = rows.admin.open()) {
            other.begin();
            other.execute(
                    "SELECT FROM events.pending WHERE event_id = ? FOR UPDATE",
                    events.get(3).id());
            assertThat(settle(10)).isEqualTo(9);
            other.rollback();
        }

        assertThat(rows.pending()).hasSize(21).contains(events.get(3).id());
        assertThat(rows.settle()).isEqualTo(21);
    }

    @Test
    void theWorkOfSweepDoesNotGrowWithHistory() {
        rows.admin.useHandle(sql -> {
            sql.execute("""
                    INSERT INTO events.outbox (id, org_id, type, about, source, body)
                    SELECT 'ev_' || n, 'boutique-douala', 'cm.nkap.charge.created.v1', 'ch_' || n, '/nkap/test', '{}'
                      FROM generate_series(1, 50000) AS n""");
            sql.execute(
                    "INSERT INTO events.inbox (function, event_id) SELECT 'provider-gateway', id FROM events.outbox");
            sql.execute("""
                    INSERT INTO events.pending (event_id, org_id, expected, quiet_since)
                    SELECT 'ev_' || n, 'boutique-douala', 2, now() + n * interval '1 second'
                      FROM generate_series(1, 20000) AS n""");
            sql.execute("ANALYZE events.outbox, events.inbox, events.pending");
        });

        String settle = plan(OutboxSql.SETTLE);
        String due = plan(OutboxSql.DUE);

        assertThat(settle).contains("pending_quiet", "Tid Scan").doesNotContain("Seq Scan");
        assertThat(due).contains("pending_quiet", "outbox_pkey", "inbox_pkey").doesNotContain("Seq Scan on outbox");
        assertThat(due).doesNotContain("Seq Scan on inbox", "Seq Scan on pending");
    }

    private List<Envelope> about(String orgs, String payment) {
        return rows.asOrg(orgs, tx -> Outbox.forPayment(tx, payment));
    }

    private List<Pending> due(String orgs) {
        return rows.asOrg(orgs, tx -> Outbox.due(tx, Duration.ZERO, 10));
    }

    private int settle(int limit) {
        return rows.allOrgs.get(tx -> Outbox.settle(tx, limit));
    }

    private String plan(String statement) {
        List<String> lines = rows.allOrgs.get(tx -> explained(tx, statement));
        return String.join("\n", lines);
    }

    private static List<String> explained(Handle tx, String statement) {
        Query query = tx.createQuery("EXPLAIN " + statement)
                .bindBySqlType("functions", Subscriptions.FUNCTIONS, Types.ARRAY)
                .bind("limit", 100);
        return (statement.contains(":millis") ? query.bind("millis", 10_000) : query)
                .mapTo(String.class)
                .list();
    }

    private static List<String> ids(List<Envelope> events) {
        return events.stream().map(Envelope::id).toList();
    }
}
