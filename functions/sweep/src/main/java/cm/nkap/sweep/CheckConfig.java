package cm.nkap.sweep;

import cm.nkap.function.Setting;
import cm.nkap.ledger.Checks.Health;
import cm.nkap.ledger.Checks.Limits;
import java.time.Duration;
import java.util.Map;

/**
 * How hard the books are checked, and from when on something is a finding.
 *
 * @param checkBudget how long one sweep begins new looks
 * @param checkJournals new journals in one look
 * @param checkAccounts accounts in one look
 * @param checkPostings postings that are added up again in one look
 * @param checkRound between two rounds over all accounts
 * @param checkAgain between two rounds over all that was ever posted
 * @param checkClearing how long a payment may stand on a clearing account
 * @param checkSuspense how long a payment may stand in suspense
 * @param checkStuck how long after its expiry a provider request may have no outcome
 * @param checkHealth between two looks at the server
 * @param checkHotPercent least share of balance updates that touch no index
 * @param checkDeadRows most dead rows in the balances
 * @param checkTransaction how long a transaction of ours may be open
 * @param checkWait how long anybody may wait for a lock
 * @param checkQueue most sessions waiting for the head of the ledger
 */
record CheckConfig(
        @Setting(orElse = "200ms") Duration checkBudget,
        @Setting(orElse = "2000") int checkJournals,
        @Setting(orElse = "500") int checkAccounts,
        @Setting(orElse = "5000") int checkPostings,
        @Setting(orElse = "1m") Duration checkRound,
        @Setting(orElse = "1d") Duration checkAgain,
        @Setting(orElse = "1d") Duration checkClearing,
        @Setting(orElse = "3d") Duration checkSuspense,
        @Setting(orElse = "1d") Duration checkStuck,
        @Setting(orElse = "10s") Duration checkHealth,
        @Setting(orElse = "90") int checkHotPercent,
        @Setting(orElse = "100000") long checkDeadRows,
        @Setting(orElse = "5m") Duration checkTransaction,
        @Setting(orElse = "10s") Duration checkWait,
        @Setting(orElse = "50") int checkQueue) {

    Limits limits() {
        return new Limits(
                checkJournals,
                checkAccounts,
                checkPostings,
                checkRound,
                checkAgain,
                Map.of("clearing:", checkClearing, "suspense:", checkSuspense),
                new Health(checkHealth, checkHotPercent, checkDeadRows, checkTransaction, checkWait, checkQueue));
    }
}
