package cm.nkap.ledger.bench;

import java.util.stream.IntStream;

/**
 * The accounts of a benchmark by number: 0 is the one float, then the merchants, then fees and clearing.
 *
 * @param merchants how many; each holds plenty and may not go below nothing
 */
record Chart(int merchants) {
    static final int FLOAT = 0;
    /** What each merchant holds before anything is measured. */
    static final long PLENTY = 1_000_000_000L;

    /** Accounts from {@code first} to before {@code end}. */
    record Range(int first, int end) {
        IntStream numbers() {
            return IntStream.range(first, end);
        }
    }

    int fees() {
        return merchants + 1;
    }

    int clearing() {
        return merchants + 2;
    }

    int size() {
        return merchants + 3;
    }
}
