package cm.nkap.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import cm.nkap.testing.Seeds;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/**
 * Random programs against the {@link Oracle}: every verdict, balance, statement and day. A program that fails is made
 * short and printed. {@code -Dnkap.ledger.operations=200000} for a long run.
 */
class RandomProgramTest {
    private static final int OPERATIONS = Integer.getInteger("nkap.ledger.operations", 2_000);
    private static final int TRIES = 300;

    private final LocalDate today = LocalDate.now(ProgramRun.DOUALA);

    @Test
    void everyAnswerIsTheOracles() {
        long seed = Seeds.seed("everyAnswerIsTheOracles");
        List<Step> program = RandomProgram.of(new Random(seed), today, OPERATIONS);

        ProgramRun.Outcome outcome = ProgramRun.of(program, today, untouched -> {});

        if (outcome.difference().isPresent()) {
            List<Step> shortest = shrink(program.subList(0, outcome.steps()), TRIES, untouched -> {});
            fail(
                    "seed %s: %s steps fail, of them these:%n%s%n%s%nat first: %s",
                    seed,
                    program.size(),
                    Step.table(shortest),
                    ProgramRun.of(shortest, today, untouched -> {}).difference().orElse("(not every time)"),
                    outcome.difference().get());
        }
        assertThat(outcome.met())
                .as("verdicts that the program met")
                .containsExactlyInAnyOrder(Verdict.class.getPermittedSubclasses());
    }

    /** Floors vanish: the shortest program that notices opens an account and takes money out of it. */
    @Test
    void aLedgerThatForgetsItsFloorsIsFoundAndTheProgramIsShort() {
        List<Step> program = RandomProgram.of(new Random(7), today, 30);
        Consumer<Handle> mischief = admin -> admin.execute("UPDATE ledger.balance SET floor = NULL");
        assertThat(ProgramRun.of(program, today, untouched -> {}).difference()).isEmpty();
        ProgramRun.Outcome outcome = ProgramRun.of(program, today, mischief);
        assertThat(outcome.difference()).isPresent();

        List<Step> shortest = shrink(program.subList(0, outcome.steps()), 40, mischief);
        assertThat(Step.table(shortest).lines().toList())
                .as(Step.table(shortest))
                .hasSizeLessThanOrEqualTo(6);
    }

    private List<Step> shrink(List<Step> program, int tries, Consumer<Handle> mischief) {
        return Shrink.shrink(program, Step::smaller, tries, fewer -> ProgramRun.of(fewer, today, mischief)
                .difference()
                .isPresent());
    }
}
