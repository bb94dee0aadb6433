package cm.nkap.function;

import cm.nkap.function.json.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Tells whether two calls ask for the same: SHA-256 over path, query and the body's meaning. */
final class Fingerprint {
    private final byte[] sha256;

    private Fingerprint(byte[] sha256) {
        this.sha256 = sha256;
    }

    static Fingerprint of(Inbound inbound, Object payload) {
        var sha = IdempotencyKey.sha256();
        sha.update(inbound.path().getBytes(StandardCharsets.UTF_8));
        sha.update((byte) 0);
        sha.update(new TreeMap<>(inbound.call().query()).toString().getBytes(StandardCharsets.UTF_8));
        sha.update((byte) 0);
        sha.update(body(inbound.tree(), payload));
        return new Fingerprint(sha.digest());
    }

    private static byte[] body(@Nullable JsonNode tree, Object payload) {
        if (tree != null) {
            return CanonicalJson.bytes(tree);
        }
        return payload instanceof byte[] raw ? raw : new byte[0];
    }

    byte[] bytes() {
        return sha256.clone();
    }

    boolean is(byte[] other) {
        return MessageDigest.isEqual(sha256, other);
    }
}
