package cm.nkap.events;

import cm.nkap.testing.TestDatabase;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** A fresh database with the events' tables, used as the application role uses it. */
final class Rows implements AutoCloseable {
    /** Takes up also what was put off for ever. */
    static final Duration AT_ONCE = Duration.ofDays(-365);

    private final TestDatabase database = TestDatabase.create();
    final Jdbi app = Jdbi.create(database.app());
    final Jdbi admin = Jdbi.create(database.admin());
    final AllOrgs allOrgs = AllOrgs.of(app);
    final DeadLetters deadLetters = new DeadLetters(allOrgs);

    Rows() {
        // The effect of an event in these tests: a row that nothing but the inbox keeps from being written twice.
        admin.useHandle(sql -> {
            sql.execute("CREATE TABLE public.effect (function text, event_id text, about text, n serial)");
            sql.execute("GRANT USAGE ON SCHEMA public TO nkap_app");
            sql.execute("GRANT SELECT, INSERT ON public.effect TO nkap_app");
            sql.execute("GRANT USAGE ON SEQUENCE public.effect_n_seq TO nkap_app");
        });
    }

    Map<String, String> settings() {
        return database.settings();
    }

    <T> T asOrg(String orgs, Function<Handle, T> work) {
        return app.inTransaction(tx -> {
            tx.execute("SELECT set_config('nkap.orgs', ?, true)", orgs);
            return work.apply(tx);
        });
    }

    void append(List<Envelope> events) {
        allOrgs.run(tx -> Outbox.append(tx, events));
    }

    /** Does what sweep does after it took events up: published now, once more. */
    void takenUp(Collection<String> ids, Duration patience) {
        allOrgs.run(tx -> {
            List<Pending> rows = Outbox.due(tx, AT_ONCE, 1_000);
            Outbox.nextRound(
                    tx, rows.stream().filter(row -> ids.contains(row.id())).toList(), patience);
        });
    }

    /** Lets time pass for everything that is pending. */
    void age(Duration by) {
        admin.useHandle(sql -> sql.execute(
                "UPDATE events.pending SET quiet_since = quiet_since - ? * interval '1 second'", by.toSeconds()));
    }

    void claim(String function, Envelope event) {
        allOrgs.run(tx -> Inbox.claim(tx, function, List.of(event)));
    }

    /** Events that sweep would publish, were it told to wait this long. */
    List<String> due(Duration quietFor) {
        return allOrgs.get(tx -> Outbox.due(tx, quietFor, 100_000)).stream()
                .filter(row -> row.state() == Pending.State.OWED)
                .map(Pending::id)
                .toList();
    }

    /** Events that are not known to be consumed by everybody. */
    List<String> pending() {
        return admin.withHandle(sql -> sql.createQuery("SELECT event_id FROM events.pending ORDER BY quiet_since")
                .mapTo(String.class)
                .list());
    }

    int settle() {
        return allOrgs.get(tx -> Outbox.settle(tx, 100_000));
    }

    /** Does what a function does with an event: claims it and has its effect, in one transaction. */
    void consume(Subscription to, Envelope event) {
        app.useTransaction(tx -> {
            Set<String> claimed = Inbox.claim(tx, to.function(), List.of(event));
            for (String id : claimed) {
                tx.createUpdate("INSERT INTO public.effect (function, event_id, about) VALUES (:function, :id, :about)")
                        .bind("function", to.function())
                        .bind("id", id)
                        .bind("about", event.event().about())
                        .execute();
            }
        });
    }

    long effects() {
        return count("SELECT count(*) FROM public.effect");
    }

    long count(String query) {
        return admin.withHandle(sql -> sql.createQuery(query).mapTo(Long.class).one());
    }

    @Override
    public void close() {
        database.close();
    }
}
