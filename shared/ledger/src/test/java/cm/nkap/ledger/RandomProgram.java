package cm.nkap.ledger;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes programs of everything that a ledger is asked, right and wrong; the same seed makes the same program. */
final class RandomProgram {
    private static final int FIRST_ACCOUNTS = 8;

    private final RandomJournals journals;
    private final Oracle oracle;
    private final Random random;
    private final List<Step> steps = new ArrayList<>();

    private RandomProgram(Random random, LocalDate today) {
        this.random = random;
        this.journals = new RandomJournals(random);
        this.oracle = new Oracle(today);
    }

    /** @param journals how many it posts, at least */
    static List<Step> of(Random random, LocalDate today, int journals) {
        RandomProgram program = new RandomProgram(random, today);
        for (int i = 0; i < FIRST_ACCOUNTS; i++) {
            program.open(program.journals.account());
        }
        for (int done = 0; done < journals; ) {
            done += program.step();
        }
        return program.steps;
    }

    private int step() {
        switch (random.nextInt(40)) {
            case 0, 1 -> open(journals.account());
            case 2 -> again();
            case 3, 4, 5 -> open(journals.hold());
            case 6, 7 -> {
                String account = journals.toClose(oracle);
                oracle.close(account);
                steps.add(new Step.Close(account));
            }
            case 8 -> {
                LocalDate through = journals.day(oracle).minusDays(20);
                oracle.closePeriod(through);
                steps.add(new Step.ClosePeriod(through));
            }
            case 9, 10, 11, 12 ->
                steps.add(new Step.Look(random.nextDouble(), journals.day(oracle), 1 + random.nextInt(50)));
            default -> {
                return call();
            }
        }
        return 0;
    }

    private void open(Account account) {
        oracle.open(account);
        steps.add(new Step.Open(account));
    }

    /** Whoever needs an account may open it once more. */
    private void again() {
        List<Account> opened = steps.stream()
                .filter(step -> step instanceof Step.Open)
                .map(step -> ((Step.Open) step).account())
                .toList();
        open(opened.get(random.nextInt(opened.size())));
    }

    private int call() {
        List<Journal> batch = new ArrayList<>();
        int size = 1 + random.nextInt(RandomJournals.LARGEST_BATCH);
        for (int i = 0; i < size; i++) {
            batch.add(journals.next(oracle));
        }
        boolean kept = random.nextInt(10) != 0;
        if (kept) {
            batch.forEach(oracle::post);
        }
        steps.add(new Step.Call(batch, kept));
        return size;
    }
}
