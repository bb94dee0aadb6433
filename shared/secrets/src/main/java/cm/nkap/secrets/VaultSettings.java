package cm.nkap.secrets;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where Vault is and how this process is known there.
 *
 * @param namespace of Vault Enterprise, or null
 * @param authority file with the certificates (PEM) that Vault's own may be signed by, or null for the JDK's
 * @param secretsMount where KV version 2 is mounted
 * @param keysMount where Transit is mounted
 * @param patience how long anything may take here, and what is kept how long
 */
public record VaultSettings(
        URI address,
        @Nullable String namespace,
        @Nullable Path authority,
        Login login,
        String secretsMount,
        String keysMount,
        Patience patience) {

    /** How this process proves who it is. */
    public sealed interface Login {
        /** @param secretId asked for at each login, so that a file's new content counts */
        record AppRole(String mount, String roleId, Source secretId) implements Login {}

        /** @param podToken asked for at each login: Kubernetes writes a new one every hour */
        record Kubernetes(String mount, String role, Source podToken) implements Login {}
    }

    /** Where a login secret comes from. Prints nothing of it. */
    public sealed interface Source {
        record Given(String value) implements Source {
            @Override
            public String toString() {
                return "Given[***]";
            }
        }

        record InFile(Path file) implements Source {}
    }

    /**
     * @param connect longest wait for a connection; whole seconds
     * @param read longest wait for one answer; whole seconds, as the driver counts
     * @param deadline longest time of one call with all its repetitions
     * @param refresh how soon a new version of a secret is seen
     * @param outage how long secrets already read serve while Vault cannot be reached
     */
    public record Patience(Duration connect, Duration read, Duration deadline, Duration refresh, Duration outage) {
        public static final Patience USUAL = new Patience(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofHours(12));

        public Patience {
            if (connect.toSeconds() < 1 || read.toSeconds() < 1) {
                throw new IllegalArgumentException("Vault's timeouts are at least a second");
            }
        }
    }
}
