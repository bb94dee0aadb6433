package cm.nkap.secrets;

import io.github.jopenlibs.vault.EnvironmentLoader;
import io.github.jopenlibs.vault.SslConfig;
import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The driver, held in: it reads no environment, shares one HTTP client, and repeats nothing by itself. What is repeated,
 * how often and for how long is decided here.
 */
final class VaultCalls implements AutoCloseable {
    private static final int TRIES = 3;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration REST = Duration.ofSeconds(1);

    private final VaultSettings settings;
    private final HttpClient client;
    private final Map<String, LongAdder> failures = Map.of(
            "unavailable", new LongAdder(),
            "denied", new LongAdder(),
            "missing", new LongAdder(),
            "rejected", new LongAdder());
    private volatile long restUntil = System.nanoTime();

    VaultCalls(VaultSettings settings) {
        this.settings = settings;
        this.client = client(settings);
    }

    /** Work with Vault, however the driver reports its end. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws VaultException;
    }

    /** The settings of a driver for this engine: 2 for secrets, 1 for everything else. */
    VaultConfig config(int engine, @Nullable String token) {
        try {
            VaultConfig config = new VaultConfig()
                    .environmentLoader(new NoEnvironment())
                    .address(settings.address().toString().replaceFirst("/+$", ""))
                    .engineVersion(engine)
                    .openTimeout(Math.toIntExact(settings.patience().connect().toSeconds()))
                    .readTimeout(Math.toIntExact(settings.patience().read().toSeconds()))
                    .httpClient(client)
                    .sslConfig(new SslConfig().build());
            if (settings.namespace() != null) {
                config.nameSpace(settings.namespace());
            }
            if (token != null) {
                config.token(token);
            }
            return config.build();
        } catch (VaultException e) {
            throw new IllegalArgumentException("the settings of Vault cannot be used", e);
        }
    }

    static Vault driver(VaultConfig config, int engine) {
        return Vault.create(config, engine);
    }

    /**
     * Does the work, again after a pause when Vault could not do it, until it is done or the deadline is near. After a
     * failure all callers are turned away for a second, so that an outage does not hold their threads one after the other.
     */
    <T> T done(String what, Work<T> work) {
        if (System.nanoTime() - restUntil < 0) {
            throw new SecretsFailure.Unavailable(what + ": Vault did not answer a moment ago");
        }
        long end = System.nanoTime() + settings.patience().deadline().toNanos();
        long pause = FIRST_PAUSE.toNanos();
        for (int left = TRIES - 1; ; left--) {
            try {
                return counted(what, work);
            } catch (SecretsFailure.Unavailable e) {
                long wait = ThreadLocalRandom.current().nextLong(pause) + 1;
                boolean late =
                        System.nanoTime() + wait + settings.patience().read().toNanos() > end;
                if (left == 0 || late || Thread.currentThread().isInterrupted()) {
                    restUntil = System.nanoTime() + REST.toNanos();
                    throw e;
                }
                LockSupport.parkNanos(wait);
                pause *= 2;
            }
        }
    }

    /** How many calls failed since the start, by the kind of failure. */
    Map<String, Long> failures() {
        return failures.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, kind -> kind.getValue()
                .sum()));
    }

    private <T> T counted(String what, Work<T> work) {
        try {
            return once(what, work);
        } catch (SecretsFailure e) {
            failures.getOrDefault(e.kind(), new LongAdder()).increment();
            throw e;
        }
    }

    private static <T> T once(String what, Work<T> work) {
        try {
            return work.run();
        } catch (VaultException e) {
            if (e.getHttpStatusCode() >= 300) {
                throw VaultFailures.of(e.getHttpStatusCode(), new byte[0], what);
            }
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
            }
            // Only the kind of the failure: the driver's texts repeat what was received.
            throw new SecretsFailure.Unavailable(what + ": Vault did not answer (" + root(e) + ")");
        }
    }

    private static String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName();
    }

    private static HttpClient client(VaultSettings settings) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.patience().connect());
        if (settings.authority() != null) {
            try {
                builder.sslContext(new SslConfig()
                        .pemFile(settings.authority().toFile())
                        .build()
                        .getSslContext());
            } catch (VaultException e) {
                throw new IllegalArgumentException("VAULT_CACERT holds no certificates: " + settings.authority(), e);
            }
        }
        return builder.build();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /** The driver would look for VAULT_TOKEN and files in the home directory. */
    private static final class NoEnvironment extends EnvironmentLoader {
        private static final long serialVersionUID = 1;

        @Override
        public @Nullable String loadVariable(String name) {
            return null;
        }
    }
}
