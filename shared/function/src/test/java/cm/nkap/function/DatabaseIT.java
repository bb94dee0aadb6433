package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.events.ChargeEvent;
import cm.nkap.events.Envelope;
import cm.nkap.events.Outbox;
import cm.nkap.testing.TestDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatabaseIT {
    private static final Orgs DOUALA = Orgs.of("boutique-douala");
    private static final ChargeEvent EVENT = new ChargeEvent.Expired("ch_1", "mer_1");

    private final TestDatabase postgres = TestDatabase.create();
    private final List<Envelope> published = Collections.synchronizedList(new ArrayList<>());
    private final List<Database> opened = new ArrayList<>();
    private Database database = open(Map.of());

    private Database open(Map<String, String> more) {
        var settings = new HashMap<>(postgres.settings());
        settings.put("NKAP_DATABASE_POOL", "3");
        settings.putAll(more);
        var made = Database.open(Config.read(settings, DatabaseConfig.class), published::addAll);
        opened.add(made);
        return made;
    }

    @BeforeEach
    void seed() {
        database.run(Orgs.all(), tx -> tx.handle()
                .execute("INSERT INTO notebook.note (org_id, text, amount) VALUES ('boutique-douala', 'a', 1),"
                        + " ('boutique-douala', 'b', 1), ('boutique-yaounde', 'c', 1)"));
    }

    @AfterEach
    void close() {
        opened.forEach(Database::close);
        postgres.close();
    }

    private static List<String> texts(Tx tx) {
        return tx.handle()
                .createQuery("SELECT text FROM notebook.note ORDER BY text")
                .mapTo(String.class)
                .list();
    }

    @Test
    void aTransactionSeesItsOrganisationsOnly() {
        assertThat(database.inTransaction(DOUALA, DatabaseIT::texts)).containsExactly("a", "b");
        assertThat(database.inTransaction(Orgs.of("boutique-yaounde"), DatabaseIT::texts))
                .containsExactly("c");
        assertThat(database.inTransaction(Orgs.none(), DatabaseIT::texts)).isEmpty();
        assertThat(database.inTransaction(Orgs.all(), DatabaseIT::texts)).containsExactly("a", "b", "c");
    }

    @Test
    void whatATransactionMaySeeEndsWithIt() {
        var narrow = open(Map.of("NKAP_DATABASE_POOL", "1"));
        narrow.run(Orgs.all(), tx -> assertThat(texts(tx)).hasSize(3));

        assertThat(narrow.inTransaction(Orgs.none(), DatabaseIT::texts)).isEmpty();
    }

    @Test
    void actingForAnotherOrganisationWidensThisTransactionOnly() {
        database.run(DOUALA, tx -> {
            tx.actFor(List.of("boutique-yaounde"));
            assertThat(texts(tx)).containsExactly("a", "b", "c");
        });

        assertThat(database.inTransaction(DOUALA, DatabaseIT::texts)).containsExactly("a", "b");
    }

    @Test
    void refusesASuperuser() {
        var user = postgres.adminUrl().replaceAll(".*[?&]user=([^&]*).*", "$1");
        var unbound = open(Map.of("DATABASE_URL", postgres.adminUrl(), "DATABASE_USER", user));

        assertThatThrownBy(() -> unbound.run(DOUALA, tx -> {})).hasMessageContaining("superuser");
        assertThat(unbound.isReady()).isFalse();
    }

    @Test
    void refusesARoleThatOwnsTables() {
        Jdbi.create(postgres.admin()).useHandle(admin -> admin.execute("ALTER TABLE notebook.note OWNER TO nkap_app"));
        var owner = open(Map.of());

        assertThatThrownBy(() -> owner.run(DOUALA, tx -> {})).hasMessageContaining("owns");
    }

    @Test
    void refusesATableWhoseTenantsAreNotSeparated() {
        Jdbi.create(postgres.admin())
                .useHandle(admin -> admin.execute("ALTER TABLE notebook.note NO FORCE ROW LEVEL SECURITY"));
        var careless = open(Map.of());

        assertThatThrownBy(() -> careless.run(DOUALA, tx -> {})).hasMessageContaining("not forced");
    }

    @Test
    void manyMoreThreadsThanConnectionsAllGetTheirTurn() throws Exception {
        var done = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 200)
                    .forEach(i -> threads.execute(() -> {
                        database.run(DOUALA, tx -> assertThat(texts(tx)).hasSize(2));
                        done.incrementAndGet();
                    }));
        }
        assertThat(done).hasValue(200);
    }

    @Test
    void whoeverWaitsTooLongForAConnectionIsToldSo() throws Exception {
        var small = open(Map.of("NKAP_DATABASE_POOL", "1", "NKAP_DATABASE_POOL_WAIT", "300ms"));
        small.run(DOUALA, tx -> {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var other = threads.submit(() -> small.inTransaction(DOUALA, DatabaseIT::texts));
                assertThatThrownBy(other::get).cause().isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.status()).isEqualTo(503);
                    assertThat(problem.moneyMoved()).isEqualTo(MoneyMoved.NO);
                });
            }
        });
    }

    @Test
    void aDeadlockIsRunAgain() throws Exception {
        var both = new CyclicBarrier(2);
        var runs = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> crosswise(both, runs, "a", "b"));
            var second = threads.submit(() -> crosswise(both, runs, "b", "a"));
            first.get();
            second.get();
        }
        assertThat(runs).hasValueGreaterThan(2);
        var sum = database.inTransaction(DOUALA, tx -> tx.handle()
                .createQuery("SELECT sum(amount) FROM notebook.note")
                .mapTo(Long.class)
                .one());
        assertThat(sum).isEqualTo(2 + 4);
    }

    private Boolean crosswise(CyclicBarrier both, AtomicInteger runs, String one, String other) {
        return database.inTransaction(DOUALA, tx -> {
            add(tx, one);
            if (runs.incrementAndGet() <= 2) {
                meet(both);
            }
            add(tx, other);
            return true;
        });
    }

    private static void meet(CyclicBarrier both) {
        try {
            both.await(10, java.util.concurrent.TimeUnit.SECONDS);
        } catch (InterruptedException
                | java.util.concurrent.BrokenBarrierException
                | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void add(Tx tx, String text) {
        tx.handle().execute("UPDATE notebook.note SET amount = amount + 1 WHERE text = ?", text);
    }

    @Test
    void whatIsEmittedIsPublishedOnlyWhenItIsTrue() {
        assertThatThrownBy(() -> database.run(DOUALA, tx -> {
                    tx.emit("boutique-douala", EVENT);
                    throw Problem.stateConflict("no");
                }))
                .isInstanceOf(Problem.class);
        assertThat(published).isEmpty();

        new Scope("create-charge", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .run(() -> database.run(DOUALA, tx -> tx.emit("boutique-douala", EVENT)));

        assertThat(published).singleElement().satisfies(event -> {
            assertThat(event.source()).isEqualTo("/nkap/create-charge");
            assertThat(event.traceparent()).startsWith("00-4bf92f3577b34da6a3ce929d0e0e4736");
            assertThat(event.event()).isEqualTo(EVENT);
        });
        List<Envelope> kept = database.inTransaction(DOUALA, tx -> Outbox.forPayment(tx.handle(), "ch_1"));
        assertThat(kept).hasSize(1);
    }

    @Test
    void aFailingAnnouncementDoesNotFailTheCommit() {
        database.run(DOUALA, tx -> {
            add(tx, "a");
            tx.afterCommit(() -> {
                throw new IllegalStateException("after the fact");
            });
        });

        assertThat(database.<Boolean>read(DOUALA, tx -> texts(tx).size() == 2)).isTrue();
    }

    @Test
    void aReadCannotWrite() {
        assertThatThrownBy(() -> database.read(DOUALA, tx -> {
                    add(tx, "a");
                    return true;
                }))
                .hasStackTraceContaining("read-only transaction");
        database.run(DOUALA, tx -> add(tx, "a"));
    }

    @Test
    void aTransactionInsideATransactionIsAMistake() {
        assertThatThrownBy(() -> database.run(DOUALA, tx -> database.run(DOUALA, inner -> {})))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aStatementThatTakesTooLongIsGivenUp() {
        var impatient = open(Map.of("NKAP_STATEMENT_TIMEOUT", "200ms"));

        assertThatThrownBy(() -> impatient.run(DOUALA, tx -> tx.handle()
                        .select("SELECT pg_sleep(5)")
                        .mapToMap()
                        .list()))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(503));
    }

    @Test
    void anUnreachableDatabaseIsSaidSoAndNotForEver() {
        var nowhere =
                open(Map.of("DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/nkap", "NKAP_DATABASE_POOL_WAIT", "300ms"));

        assertThatThrownBy(() -> nowhere.run(DOUALA, tx -> {}))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo("unavailable"));
        assertThat(nowhere.isReady()).isFalse();
    }

    @Test
    void aFailedStatementDoesNotRepeatWhatWasBoundToIt() {
        assertThatThrownBy(() -> database.run(DOUALA, tx -> tx.handle()
                        .createUpdate("INSERT INTO notebook.note (org_id, text, amount) VALUES (:org, :text, null)")
                        .bind("org", "boutique-douala")
                        .bind("text", "237670000001")
                        .execute()))
                .isInstanceOf(JdbiException.class)
                .satisfies(e -> assertThat(stack(e)).doesNotContain("237670000001"));
    }

    private static String stack(Throwable e) {
        var text = new java.io.StringWriter();
        e.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }
}
