package cm.nkap.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventRetentionTest {
    private final TestDatabase database = TestDatabase.create();
    private final Jdbi admin = Jdbi.create(database.admin());
    private final AllOrgs app = AllOrgs.of(Jdbi.create(database.app()));

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void forgetsAConsumptionAfterSixtyDaysAndNotBefore() {
        String old = consumed(Duration.ofDays(60).plusSeconds(2));
        String young = consumed(Duration.ofDays(60).minusMinutes(10));
        String awaited = consumed(Duration.ofDays(61));
        admin.useHandle(handle -> handle.execute(
                "INSERT INTO events.pending (event_id, org_id, expected) VALUES (?, 'douala', 2)", awaited));

        EventRetention.Forgotten forgotten = app.get(tx -> EventRetention.step(tx, 10));

        assertThat(forgotten).isEqualTo(new EventRetention.Forgotten(1, 0));
        assertThat(ids("inbox", "event_id"))
                .containsExactlyInAnyOrder(young, awaited)
                .doesNotContain(old);
    }

    @Test
    void forgetsADeadLetterNinetyDaysAfterItsReplayAndKeepsThoseThatWait() {
        parked("dl_1", "now() - interval '90 days 2 seconds'");
        parked("dl_2", "now() - interval '89 days 23 hours'");
        parked("dl_3", "NULL");

        EventRetention.Forgotten forgotten = app.get(tx -> EventRetention.step(tx, 10));

        assertThat(forgotten).isEqualTo(new EventRetention.Forgotten(0, 1));
        assertThat(ids("dead_letter", "id")).containsExactlyInAnyOrder("dl_2", "dl_3");
    }

    @Test
    void takesNoMoreThanItsShareAndGoesOn() {
        for (int i = 0; i < 5; i++) {
            consumed(Duration.ofDays(70 + i));
        }

        long first = app.get(tx -> EventRetention.step(tx, 3)).consumed();
        long second = app.get(tx -> EventRetention.step(tx, 3)).consumed();

        assertThat(List.of(first, second)).containsExactly(3L, 2L);
    }

    @Test
    void neitherDeletesForOneOrganisationNorLetsTheApplicationDelete() {
        Jdbi one = Jdbi.create(database.app());

        assertThatThrownBy(() -> one.useTransaction(tx -> EventRetention.step(tx, 3)))
                .isInstanceOf(JdbiException.class);
        for (String table : List.of("outbox", "inbox", "dead_letter")) {
            assertThatThrownBy(() -> app.run(tx -> tx.execute("DELETE FROM events." + table)))
                    .as(table)
                    .isInstanceOf(JdbiException.class);
        }
    }

    private String consumed(Duration age) {
        Instant then = Instant.now().minus(age);
        String id = EventIds.next("ev", then);
        admin.useHandle(handle -> handle.createUpdate(
                        "INSERT INTO events.inbox (function, event_id, received_at) VALUES ('payout', :id, :then)")
                .bind("id", id)
                .bind("then", then)
                .execute());
        return id;
    }

    private void parked(String id, String replayed) {
        admin.useHandle(
                handle -> handle.execute("INSERT INTO events.dead_letter (id, function, filter, event_id, type, org_id,"
                        + " about, body, reasons, attempts, replayed_at) VALUES ('" + id + "', 'payout', 'x', '" + id
                        + "', 't', 'douala', 'a', '{}', '[]', 1, " + replayed + ")"));
    }

    private List<String> ids(String table, String column) {
        return admin.withHandle(handle -> handle.createQuery("SELECT " + column + " FROM events." + table)
                .mapTo(String.class)
                .list());
    }
}
