package cm.nkap.secrets;

import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import io.github.jopenlibs.vault.response.LogicalResponse;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Secrets in a HashiCorp Vault or OpenBao: KV version 2 and Transit, through the maintained fork of its Java driver.
 * Nothing connects before it is used. From the first use on one virtual thread renews the login and looks at the secrets
 * again.
 */
public final class VaultSecretStore implements SecretStore {
    private static final Logger LOG = LoggerFactory.getLogger(VaultSecretStore.class);

    private final VaultSettings settings;
    private final VaultCalls calls;
    private final VaultSession session;
    private final SecretCache cache;
    private final AtomicBoolean kept = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);

    public VaultSecretStore(VaultSettings settings) {
        this.settings = settings;
        this.calls = new VaultCalls(settings);
        this.session = new VaultSession(settings, calls);
        this.cache = new SecretCache(
                this::newest, settings.patience().refresh(), settings.patience().outage());
    }

    @Override
    public Secret read(String path) {
        return cache.read(path);
    }

    @Override
    public Secret read(String path, int version) {
        return secret(path, version);
    }

    @Override
    public void onChange(String path, Consumer<Secret> listener) {
        cache.onChange(path, listener);
    }

    private Secret newest(String path) {
        return secret(path, null);
    }

    private Secret secret(String path, @Nullable Integer version) {
        String below = settings.secretsMount() + "/" + path;
        JsonObject data = asked("read " + below, drivers -> {
            var logical = drivers.secrets().logical();
            return version == null ? logical.read(below) : logical.read(below, false, version);
        });
        JsonValue held = data.get("data");
        JsonValue metadata = data.get("metadata");
        if (held == null || !held.isObject() || metadata == null || !metadata.isObject()) {
            throw new SecretsFailure.Missing("read " + below + ": this version holds nothing");
        }
        Map<String, String> fields = new HashMap<>();
        held.asObject().forEach(field -> fields.put(field.getName(), text(field.getValue())));
        return new Secret(path, metadata.asObject().getInt("version", 0), fields);
    }

    private static String text(JsonValue value) {
        return value.isString() ? value.asString() : value.toString();
    }

    @Override
    public Keyed encrypt(String key, byte[] plain, byte[] associated) {
        return Keyed.parse(worked("encrypt", key, Map.of("plaintext", text(plain), "associated_data", text(associated)))
                .getString("ciphertext"));
    }

    @Override
    public byte[] decrypt(String key, Keyed sealed, byte[] associated) {
        return bytes(worked("decrypt", key, Map.of("ciphertext", sealed.text(), "associated_data", text(associated)))
                .getString("plaintext"));
    }

    @Override
    public Keyed rewrap(String key, Keyed sealed, byte[] associated) {
        return Keyed.parse(
                worked("rewrap", key, Map.of("ciphertext", sealed.text(), "associated_data", text(associated)))
                        .getString("ciphertext"));
    }

    @Override
    public WrappedKey dataKey(String key) {
        JsonObject made = worked("datakey/plaintext", key, Map.of("bits", 256));
        return new WrappedKey(bytes(made.getString("plaintext")), Keyed.parse(made.getString("ciphertext")));
    }

    @Override
    public Keyed hash(String key, byte[] input) {
        return Keyed.parse(worked("hmac", key, Map.of("input", text(input))).getString("hmac"));
    }

    @Override
    public Keyed sign(String key, byte[] input) {
        return Keyed.parse(worked("sign", key, Map.of("input", text(input))).getString("signature"));
    }

    @Override
    public boolean isGenuine(String key, byte[] input, Keyed signature) {
        return worked("verify", key, Map.of("input", text(input), "signature", signature.text()))
                .getBoolean("valid", false);
    }

    @Override
    public Optional<byte[]> publicKey(String key, int version) {
        JsonValue keys = described(key).get("keys");
        JsonValue found = keys == null ? null : keys.asObject().get(Integer.toString(version));
        return found == null || !found.isObject()
                ? Optional.empty()
                : Optional.of(bytes(found.asObject().getString("public_key")));
    }

    @Override
    public int newestVersion(String key) {
        return described(key).getInt("latest_version", 0);
    }

    private JsonObject described(String key) {
        String path = settings.keysMount() + "/keys/" + key;
        return asked("read " + path, drivers -> drivers.others().logical().read(path));
    }

    private JsonObject worked(String what, String key, Map<String, Object> body) {
        String path = settings.keysMount() + "/" + what + "/" + key;
        return asked(path, drivers -> drivers.others().logical().write(path, body));
    }

    private JsonObject asked(String what, VaultSession.Use<LogicalResponse> use) {
        JsonObject answer = session.use(
                what, drivers -> VaultFailures.accepted(use.by(drivers).getRestResponse(), what));
        keep();
        JsonValue data = answer.get("data");
        if (data == null || !data.isObject()) {
            throw new SecretsFailure.Unavailable(what + ": what answers there is not Vault");
        }
        return data.asObject();
    }

    private void keep() {
        if (kept.compareAndSet(false, true)) {
            Thread.ofVirtual().name("vault-keeper").start(this::keepFresh);
        }
    }

    private void keepFresh() {
        long refreshAt = System.nanoTime() + settings.patience().refresh().toNanos();
        try {
            while (!closed.await(pause(refreshAt), TimeUnit.NANOSECONDS)) {
                try {
                    session.renewWhenDue();
                } catch (SecretsFailure e) {
                    LOG.warn("msg=vault_login_not_kept reason=\"{}\"", e.getMessage());
                }
                if (System.nanoTime() - refreshAt >= 0) {
                    cache.refresh();
                    refreshAt =
                            System.nanoTime() + settings.patience().refresh().toNanos();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until the next thing is due; not less than a moment, so that a Vault that is away is not asked without end. */
    private long pause(long refreshAt) {
        long renewal = session.untilRenewal().toNanos();
        long refresh = refreshAt - System.nanoTime();
        return Math.max(TimeUnit.MILLISECONDS.toNanos(100), Math.min(renewal, refresh));
    }

    private static String text(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] bytes(@Nullable String text) {
        return Base64.getDecoder().decode(text == null ? "" : text);
    }

    @Override
    public Map<String, Long> failures() {
        return calls.failures();
    }

    @Override
    public void close() {
        if (closed.getCount() > 0) {
            closed.countDown();
            session.leave();
            calls.close();
        }
    }

    @Override
    public String toString() {
        return "VaultSecretStore[" + settings.address() + "]";
    }
}
