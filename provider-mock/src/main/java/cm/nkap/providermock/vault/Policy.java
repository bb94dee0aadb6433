package cm.nkap.providermock.vault;

import java.util.Map;
import java.util.Set;

/**
 * What a token may do: capabilities per path. A path ending in {@code *} stands for all that begin so; the longest one
 * that fits decides, and {@code deny} wins there.
 */
public record Policy(Map<String, Set<String>> paths) {

    boolean allows(String path, String capability) {
        Set<String> found = Set.of();
        int length = -1;
        for (Map.Entry<String, Set<String>> rule : paths.entrySet()) {
            String wanted = rule.getKey();
            boolean open = wanted.endsWith("*");
            String begin = open ? wanted.substring(0, wanted.length() - 1) : wanted;
            boolean fits = open ? path.startsWith(begin) : path.equals(begin);
            // An exact path outranks every prefix.
            int weight = open ? begin.length() : Integer.MAX_VALUE;
            if (fits && weight > length) {
                found = rule.getValue();
                length = weight;
            }
        }
        return found.contains(capability) && !found.contains("deny");
    }

    /** What a function of ours gets: its secrets to read, its keys to use, nothing to change. */
    public static Policy ofFunctions() {
        return new Policy(Map.of(
                "kv/data/nkap/*", Set.of("read"),
                "transit/encrypt/nkap-*", Set.of("update"),
                "transit/decrypt/nkap-*", Set.of("update"),
                "transit/rewrap/nkap-*", Set.of("update"),
                "transit/datakey/plaintext/nkap-*", Set.of("update"),
                "transit/hmac/nkap-*", Set.of("update"),
                "transit/sign/nkap-*", Set.of("update"),
                "transit/verify/nkap-*", Set.of("update"),
                "transit/keys/nkap-*", Set.of("read")));
    }

    /** Looking at, renewing and ending one's own token, as Vault's policy of this name allows. */
    static Policy usual() {
        return new Policy(Map.of(
                "auth/token/lookup-self", Set.of("read"),
                "auth/token/renew-self", Set.of("update"),
                "auth/token/revoke-self", Set.of("update")));
    }
}
