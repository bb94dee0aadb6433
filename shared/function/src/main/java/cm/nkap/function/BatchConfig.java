package cm.nkap.function;

import cm.nkap.ledger.GroupCommit;

/**
 * How many settlements share a transaction.
 *
 * @param most events that are settled together; 1 settles each in a transaction of its own
 * @param atOnce such transactions of one function at the same time
 */
record BatchConfig(
        @Setting(env = "NKAP_SETTLE_TOGETHER", orElse = "256")
        int most,

        @Setting(env = "NKAP_SETTLE_AT_ONCE", orElse = "1") int atOnce) {

    BatchConfig {
        if (most < 1 || atOnce < 1) {
            throw new IllegalArgumentException("NKAP_SETTLE_TOGETHER and NKAP_SETTLE_AT_ONCE are at least 1");
        }
    }

    GroupCommit.Size size() {
        return GroupCommit.Size.of(most).workers(atOnce);
    }
}
