package cm.nkap.function.limits;

import cm.nkap.function.Setting;
import java.time.Duration;

/**
 * How many calls a second are allowed for ever; zero allows any number. A client is one token's subject with the API
 * client that the token was issued to.
 *
 * @param limitClientReads GET and HEAD, for each client
 * @param limitClientMoney all other methods, for each client
 * @param limitOrgReads the same for all clients of an organisation together; customers, who share one, are not counted
 * @param limitOrgMoney likewise
 * @param limitBurst after a quiet while so many seconds' calls may come at once
 * @param limitProcesses while Redis is away each process allows this part of a budget: two allow a half
 */
public record LimitConfig(
        @Setting(orElse = "100") int limitClientReads,
        @Setting(orElse = "50") int limitClientMoney,
        @Setting(orElse = "200") int limitOrgReads,
        @Setting(orElse = "100") int limitOrgMoney,
        @Setting(orElse = "5s") Duration limitBurst,
        @Setting(orElse = "2") int limitProcesses) {

    /** More than any process serves; above it the script's microseconds would lose their meaning. */
    private static final int MOST = 100_000;

    public LimitConfig {
        for (int limit : new int[] {limitClientReads, limitClientMoney, limitOrgReads, limitOrgMoney}) {
            if (limit < 0 || limit > MOST) {
                throw new IllegalArgumentException("NKAP_LIMIT_… is calls a second, from 0 for no limit to " + MOST);
            }
        }
        if (limitBurst.toSeconds() < 1 || limitBurst.toSeconds() > 3_600) {
            throw new IllegalArgumentException("NKAP_LIMIT_BURST is 1s to 1h");
        }
        if (limitProcesses < 1) {
            throw new IllegalArgumentException("NKAP_LIMIT_PROCESSES is at least 1");
        }
    }
}
