package cm.nkap.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The process is killed with {@code kill -9} at each named step, and at random moments, and started again: every charge
 * ends right, once. {@code -Dnkap.seed=} repeats a run, {@code -Dnkap.kills=} kills more often at random.
 */
class CrashIT {
    private static final int MOST_CALLS = 80;
    private static final List<String> STEPS = List.of(
            "callback.stored",
            "command.claimed",
            "command.done",
            "create-charge.after-commit",
            "create-charge.before-commit",
            "create-charge.settle.after-commit",
            "create-charge.settle.before-commit",
            "gateway.answer-recorded",
            "gateway.answered",
            "gateway.attempt-committed",
            "gateway.question-committed",
            "gateway.recorded",
            "gateway.sent",
            "payout.after-commit",
            "payout.automatic.after-commit",
            "payout.automatic.before-commit",
            "payout.before-commit",
            "payout.settle.after-commit",
            "payout.settle.before-commit",
            "settle.claimed",
            "settle.done",
            "sweep.handed-out",
            "tx.committed",
            "tx.committing");
    private static final long SEED = Seeds.seed("CrashIT");
    private static final Surroundings SURROUNDINGS = new Surroundings(Surroundings.OPENING);
    private static final Audit AUDIT = new Audit(SURROUNDINGS);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path folder = Path.of(".");

    private static @Nullable Town opened;

    /** The process to kill and who uses it: one shop is paid out at once, the other takes its money when it wants. */
    private record Town(Victim victim, Shop paidOut, Shop saver) {}

    @BeforeAll
    static void open() throws IOException {
        Victim victim = new Victim(SURROUNDINGS, folder);
        victim.start();
        Shop paidOut = Shop.paidOutTo(Shop.somebody(), SURROUNDINGS, victim.doors());
        Shop saver = Shop.open(SURROUNDINGS, victim.doors());
        saver.ended(saver.charge(1_000_000, Shop.somebody()));
        paidOut.ended(paidOut.payoutOf(paidOut.charge(1_000, Shop.somebody())));
        opened = new Town(victim, paidOut, saver);
        victim.retire();
    }

    @AfterAll
    static void stop() {
        town().victim().close();
        SURROUNDINGS.close();
    }

    private static Town town() {
        return Objects.requireNonNull(opened);
    }

    static List<String> steps() {
        return STEPS;
    }

    @Test
    void everyStepInTheSourcesIsKilledAt() {
        assertThat(stepsInTheSources()).containsExactlyElementsOf(STEPS);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void killedAtAStepEveryPaymentStillEndsRightAndOnce(String step) {
        Random random = new Random(SEED ^ step.hashCode());
        int arrival = 1 + random.nextInt(3);
        Victim victim = town().victim();
        victim.start(Map.of("NKAP_KILL_AT", step + ":" + arrival));

        try (Round round = new Round(town())) {
            round.calls(random, 6);
            while (!victim.ends(Duration.ofMillis(300))) {
                assertThat(round.calls)
                        .as("calls without reaching %s:%s", step, arrival)
                        .isLessThan(MOST_CALLS);
                round.calls(random, 1);
            }
            assertThat(victim.exitCode()).isEqualTo(Victim.KILLED);
            victim.start();
            round.allEndRight();
        }
        victim.kill();
    }

    @Test
    void killedAtAnyMomentEveryPaymentStillEndsRightAndOnce() {
        Random random = new Random(SEED);
        Victim victim = town().victim();
        try (Round round = new Round(town())) {
            for (int kills = Integer.getInteger("nkap.kills", 3); kills > 0; kills--) {
                victim.start();
                round.calls(random, 10);
                boolean ended = victim.ends(Duration.ofMillis(50 + random.nextInt(1_500)));
                assertThat(ended).as("it ends only when it is killed").isFalse();
                victim.kill();
            }
            victim.start();
            round.allEndRight();
        }
        victim.kill();
    }

    /** The callers of one round and what they wait for. */
    private static final class Round implements AutoCloseable {
        private final Town town;
        private final Buyers buyers;
        private final Buyers savers;
        private int calls;
        private int withdrawals;

        Round(Town town) {
            this.town = town;
            this.buyers = new Buyers(town.paidOut());
            this.savers = new Buyers(town.saver());
        }

        /** Begins so many calls, a withdrawal among them now and then. */
        void calls(Random random, int count) {
            for (int i = 0; i < count; i++) {
                if (calls++ % 3 == 2) {
                    savers.withdraw(100 + random.nextInt(900));
                    withdrawals++;
                } else {
                    buyers.buy(random);
                }
            }
        }

        void allEndRight() {
            for (String charge : buyers.all(calls - withdrawals)) {
                succeeds(town.paidOut(), charge);
                succeeds(town.paidOut(), town.paidOut().payoutOf(charge));
            }
            savers.all(withdrawals).forEach(payout -> succeeds(town.saver(), payout));
            AUDIT.everyEventIsConsumed();
            AUDIT.passes();
        }

        private static void succeeds(Shop shop, String payment) {
            assertThat(shop.ended(payment).path("status").asString()).isEqualTo("succeeded");
            assertThat(SURROUNDINGS.simulator.paidFor(payment)).hasSize(1);
        }

        @Override
        public void close() {
            buyers.close();
            savers.close();
        }
    }

    private static Set<String> stepsInTheSources() {
        Pattern reached = Pattern.compile("Step\\.reached\\(\"([^\"]+)\"\\)");
        Path root = Path.of(System.getProperty("basedir", "."), "..", "..").normalize();
        Set<String> found = new TreeSet<>();
        for (String part : List.of("shared", "events", "functions")) {
            try (Stream<Path> files = Files.walk(root.resolve(part))) {
                for (Path file : files.filter(f -> f.toString().contains("/src/main/java/")
                                && f.toString().endsWith(".java"))
                        .toList()) {
                    Matcher step = reached.matcher(Files.readString(file));
                    while (step.find()) {
                        found.add(step.group(1));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read the sources below " + root, e);
            }
        }
        return found;
    }
}
