package cm.nkap.ledger.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.ledger.GroupCommit;
import cm.nkap.ledger.Verifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The benchmark still runs, and what it runs on keeps right books. How fast is not asked here. */
class LedgerBenchTest {
    private static final Load.Span SPAN = new Load.Span(0.02, 0.1);
    private static final GroupCommit.Size SIZE = GroupCommit.Size.of(64).workers(2);
    private static final Chart CHART = new Chart(20);
    private static Server server;

    @BeforeAll
    static void openServer() throws SQLException {
        server = Server.shared();
    }

    @AfterAll
    static void dropTemplates() throws SQLException {
        server.dropTemplates();
    }

    @ParameterizedTest
    @EnumSource(Workload.class)
    void everyWorkloadLeavesRightBooks(Workload workload) throws SQLException, InterruptedException {
        NkapLedger ledger = NkapLedger.whole(SIZE);
        Server.Database database = server.copyOf(ledger, CHART);
        try (NkapBooks books = ledger.start(database, CHART)) {
            long before = books.journals();

            Cell cell = new Load(server, ledger, books, workload, CHART).closed(16, SPAN);

            assertThat(workload == Workload.MIXED || cell.refused() == 0).isTrue();
            assertThat(books.journals()).isGreaterThan(before);
            assertThat(books.faults()).isEmpty();
            assertThat(new Verifier(10)
                            .verify(Jdbi.create(database.appUrl()), List.of())
                            .findings())
                    .isEmpty();
        } finally {
            server.drop(database);
        }
    }

    @Test
    void asksForTooMuchInTheMixedWorkloadOnly() {
        SplittableRandom random = new SplittableRandom(1);

        long tooMuch = Stream.generate(() -> Workload.MIXED.next(random, CHART))
                .limit(10_000)
                .filter(move -> move.amount() > Chart.PLENTY)
                .count();
        long coverable = Stream.generate(() -> Workload.FUNDED.next(random, CHART))
                .limit(10_000)
                .filter(move -> move.amount() > Chart.PLENTY)
                .count();

        assertThat(tooMuch).isBetween(40L, 120L);
        assertThat(coverable).isZero();
    }

    @Test
    void postsWhatArrivesInOpenLoop() throws SQLException, InterruptedException {
        Stage stage = new Stage(server, CHART);

        Cell cell = stage.measure(NkapLedger.whole(SIZE), Workload.HOT, load -> load.open(200, 1, SPAN));

        assertThat(cell.perSecond()).isPositive();
        assertThat(stage.areBooksRight()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Property.class)
    void booksAreRightAlsoWhileNothingProvesIt(Property property) throws SQLException, InterruptedException {
        Stage stage = new Stage(server, CHART);

        Cell cell = stage.measure(NkapLedger.without(property, SIZE), Workload.HOT, load -> load.closed(8, SPAN));

        assertThat(cell.perSecond()).isPositive();
        assertThat(stage.areBooksRight()).isTrue();
    }

    @Test
    void drivesTheMinimalLedger() throws SQLException, InterruptedException {
        MinimalLedger minimal = new MinimalLedger();
        Server.Database database = server.copyOf(minimal, CHART);
        try (Contender.Running running = minimal.start(database, CHART)) {
            new Load(server, minimal, running, Workload.UNIFORM, CHART).closed(4, SPAN);

            long moved = Jdbi.create(database.adminUrl()).withHandle(admin -> admin.createQuery(
                            "SELECT count(*) FROM minimal.journal WHERE (SELECT sum(balance) FROM minimal.account) = 0")
                    .mapTo(Long.class)
                    .one());
            assertThat(moved).isPositive();
        } finally {
            server.drop(database);
        }
    }

    @Test
    void drivesAPeerByTheCallsThatItIsTold(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("peer.sql"), """
                CREATE TABLE held (id text PRIMARY KEY, amount bigint NOT NULL DEFAULT 0);
                CREATE TYPE movement AS (giver text, taker text, amount bigint);
                CREATE FUNCTION opened(name text) RETURNS text LANGUAGE sql
                    RETURN 'a_' || name;
                CREATE FUNCTION moved(m movement[]) RETURNS bigint LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO held SELECT t.giver, -sum(t.amount) FROM unnest(m) t GROUP BY 1
                    ON CONFLICT (id) DO UPDATE SET amount = held.amount + excluded.amount;
                    RETURN cardinality(m);
                END $$;""");
        Peer peer = Peer.of(
                folder.toString(),
                "SELECT opened($name)",
                "SELECT moved(ARRAY[($from, $to, $amount)::movement])",
                "SELECT moved($transfers::movement[])");
        Stage stage = new Stage(server, CHART);

        Cell single = stage.measure(PeerLedger.single(peer), Workload.HOT, load -> load.closed(2, SPAN));
        Cell batched = stage.measure(PeerLedger.batched(peer), Workload.HOT, load -> load.closed(16, SPAN));

        assertThat(single.perSecond()).isPositive();
        assertThat(batched.batch()).isGreaterThan(1);
    }

    @Test
    void namesWhatItCannotUnderstand() {
        assertThatThrownBy(() -> Options.parse(new String[] {"--rounds", "0"}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--rounds");
        assertThatThrownBy(() -> Options.parse(new String[] {"--peer", "nowhere.sql"}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--peer-account");
        assertThat(Options.parse(new String[] {"--workload", "hot"}).workloads).containsExactly(Workload.HOT);
    }

    @Test
    void countsLatenciesToOnePerCent() {
        Latencies latencies = new Latencies();
        for (int i = 1; i <= 1_000; i++) {
            latencies.add(i * 1_000_000L);
        }

        assertThat(latencies.count()).isEqualTo(1_000);
        assertThat(latencies.quantile(0.5)).isBetween(495.0, 505.0);
        assertThat(latencies.quantile(0.99)).isBetween(980.0, 1_000.0);
        assertThat(new Latencies().quantile(0.5)).isNaN();
    }
}
