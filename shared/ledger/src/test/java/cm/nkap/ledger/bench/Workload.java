package cm.nkap.ledger.bench;

import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** What is posted. */
enum Workload {
    /** Merchant to merchant, all alike. */
    UNIFORM {
        @Override
        Move next(RandomGenerator random, Chart chart) {
            int from = merchant(random, chart);
            int to = 1 + (from + random.nextInt(chart.merchants() - 1)) % chart.merchants();
            return Move.of(from, to, amount(random));
        }
    },
    /** One float account in every journal. */
    HOT {
        @Override
        Move next(RandomGenerator random, Chart chart) {
            return Move.of(Chart.FLOAT, merchant(random, chart), amount(random));
        }
    },
    /** 80 % charges of three legs, 15 % payouts of which one in twenty asks for too much, 5 % put aside. */
    MIXED {
        @Override
        Move next(RandomGenerator random, Chart chart) {
            return mixed(random, chart, 20);
        }
    },
    /** The same, every payout covered. */
    FUNDED {
        @Override
        Move next(RandomGenerator random, Chart chart) {
            return mixed(random, chart, Integer.MAX_VALUE);
        }
    };

    private static final long TOO_MUCH = 900_000_000_000_000L;

    abstract Move next(RandomGenerator random, Chart chart);

    boolean hasTwoLegs() {
        return this == UNIFORM || this == HOT;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Workload of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static Move mixed(RandomGenerator random, Chart chart, int refusedOnceIn) {
        int merchant = merchant(random, chart);
        int dice = random.nextInt(100);
        if (dice < 80) {
            long amount = 100L + random.nextInt(9_900);
            long fee = amount / 50;
            return new Move(List.of(
                    new Move.Leg(Chart.FLOAT, amount),
                    new Move.Leg(merchant, fee - amount),
                    new Move.Leg(chart.fees(), -fee)));
        }
        boolean tooMuch = dice < 95 && random.nextInt(refusedOnceIn) == 0;
        return Move.of(merchant, chart.clearing(), tooMuch ? TOO_MUCH : amount(random));
    }

    private static int merchant(RandomGenerator random, Chart chart) {
        return 1 + random.nextInt(chart.merchants());
    }

    private static long amount(RandomGenerator random) {
        return 1L + random.nextInt(100);
    }
}
