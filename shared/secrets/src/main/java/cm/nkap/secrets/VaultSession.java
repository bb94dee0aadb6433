package cm.nkap.secrets;

import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.response.AuthResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One login at Vault for the whole process: made when first needed, renewed ahead of its end, made anew when it ran out
 * or somebody revoked it. Whatever waits for it waits for the same one.
 */
final class VaultSession {
    private static final Logger LOG = LoggerFactory.getLogger(VaultSession.class);

    private final VaultSettings settings;
    private final VaultCalls calls;
    private final ReentrantLock entering = new ReentrantLock();
    private volatile @Nullable Held current;

    VaultSession(VaultSettings settings, VaultCalls calls) {
        this.settings = settings;
        this.calls = calls;
    }

    /** The two drivers of one token: secrets speak engine version 2, everything else version 1. */
    record Drivers(Vault secrets, Vault others) {}

    /** @param renewAt and {@code ends} by {@link System#nanoTime}; a token without lease never ends */
    private record Held(Drivers drivers, long lease, long renewAt, long ends) {
        boolean lives() {
            return lease == 0 || System.nanoTime() - ends < 0;
        }
    }

    @FunctionalInterface
    interface Use<T> {
        T by(Drivers drivers) throws VaultException;
    }

    /** Does the work with a token that lives. A refusal counts only when the token itself is still good. */
    <T> T use(String what, Use<T> use) {
        Held held = held();
        try {
            return calls.done(what, () -> use.by(held.drivers()));
        } catch (SecretsFailure.Denied e) {
            if (isKnown(held)) {
                throw e;
            }
            forget(held);
            Held fresh = held();
            return calls.done(what, () -> use.by(fresh.drivers()));
        }
    }

    private boolean isKnown(Held held) {
        try {
            return calls.done("look at the own token", () -> {
                held.drivers().others().auth().lookupSelf();
                return true;
            });
        } catch (SecretsFailure.Denied _) {
            return false;
        }
    }

    private void forget(Held held) {
        entering.lock();
        try {
            if (held.equals(current)) {
                current = null;
                LOG.warn("msg=vault_token_gone");
            }
        } finally {
            entering.unlock();
        }
    }

    private Held held() {
        Held held = current;
        if (held != null && held.lives()) {
            return held;
        }
        try {
            // Longer than whoever is in there may take.
            if (!entering.tryLock(settings.patience().deadline().toMillis() + 1_000, TimeUnit.MILLISECONDS)) {
                throw new SecretsFailure.Unavailable("log in: another login does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SecretsFailure.Unavailable("log in: interrupted", e);
        }
        try {
            Held meanwhile = current;
            if (meanwhile != null && meanwhile.lives()) {
                return meanwhile;
            }
            Held fresh = logIn();
            current = fresh;
            return fresh;
        } finally {
            entering.unlock();
        }
    }

    private Held logIn() {
        try {
            AuthResponse answer = calls.done("log in", () -> {
                var auth = VaultCalls.driver(calls.config(1, null), 1).auth();
                return switch (settings.login()) {
                    case VaultSettings.Login.AppRole role ->
                        auth.loginByAppRole(role.mount(), role.roleId(), text(role.secretId()));
                    case VaultSettings.Login.Kubernetes pod ->
                        auth.loginByKubernetes(pod.role(), text(pod.podToken()), "auth/" + pod.mount());
                };
            });
            LOG.info("msg=vault_login lease_seconds={}", answer.getAuthLeaseDuration());
            return held(drivers(answer.getAuthClientToken()), answer.getAuthLeaseDuration());
        } catch (SecretsFailure.Rejected e) {
            // Vault calls a wrong role or secret a bad request.
            throw new SecretsFailure.Denied(String.valueOf(e.getMessage()));
        }
    }

    private Drivers drivers(String token) {
        return new Drivers(VaultCalls.driver(calls.config(2, token), 2), VaultCalls.driver(calls.config(1, token), 1));
    }

    private static Held held(Drivers drivers, long leaseSeconds) {
        long lease = TimeUnit.SECONDS.toNanos(leaseSeconds);
        long now = System.nanoTime();
        // Between half and two thirds of the lease, so that many processes do not come at the same moment.
        long renew = lease / 2 + (lease < 6 ? 0 : ThreadLocalRandom.current().nextLong(lease / 6));
        return new Held(drivers, lease, now + renew, now + lease);
    }

    /** Nothing to renew yet: a day. */
    Duration untilRenewal() {
        Held held = current;
        return held == null || held.lease() == 0
                ? Duration.ofDays(1)
                : Duration.ofNanos(Math.max(0, held.renewAt() - System.nanoTime()));
    }

    /** Renews the token when it is time; a token that cannot live much longer is replaced by a new login. */
    void renewWhenDue() {
        Held held = current;
        if (held == null || held.lease() == 0 || System.nanoTime() - held.renewAt() < 0) {
            return;
        }
        try {
            long lease = calls.done(
                    "renew the token",
                    () -> held.drivers().others().auth().renewSelf().getAuthLeaseDuration());
            Held longer = held(held.drivers(), lease);
            replace(held, TimeUnit.SECONDS.toNanos(lease) * 2 < held.lease() ? logIn() : longer);
        } catch (SecretsFailure.Denied | SecretsFailure.Rejected e) {
            LOG.warn("msg=vault_token_not_renewed reason=\"{}\"", e.getMessage());
            replace(held, logIn());
        }
    }

    private void replace(Held old, Held next) {
        entering.lock();
        try {
            if (old.equals(current)) {
                current = next;
            }
        } finally {
            entering.unlock();
        }
    }

    /** Ends the token, so that it is not left behind for its whole lease. */
    void leave() {
        Held held = current;
        current = null;
        if (held != null && held.lives()) {
            try {
                held.drivers().others().auth().revokeSelf();
            } catch (VaultException e) {
                LOG.info("msg=vault_token_left_behind reason={}", e.getClass().getSimpleName());
            }
        }
    }

    private static String text(VaultSettings.Source source) {
        return switch (source) {
            case VaultSettings.Source.Given(String value) -> value;
            case VaultSettings.Source.InFile(var file) -> {
                try {
                    yield Files.readString(file).strip();
                } catch (IOException e) {
                    throw new SecretsFailure.Denied("log in: cannot read " + file);
                }
            }
        };
    }
}
