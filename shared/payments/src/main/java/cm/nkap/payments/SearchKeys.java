package cm.nkap.payments;

import cm.nkap.providers.Msisdn;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What numbers are searched by: HMAC-SHA256 under a key with a version. One version is written, all are looked for, so that
 * a number is found whichever key hashed it while the rows are hashed anew. Version 1 comes from the root and its hash is
 * 32 bare bytes; from version 2 on, a byte with the version stands before them.
 */
public final class SearchKeys {
    private static final String HMAC = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final int MOST = 127;

    private final NavigableMap<Integer, SecretKeySpec> keys = new TreeMap<>();
    private final int written;
    private final SecretKeySpec key;

    private SearchKeys(byte[] root, Map<Integer, byte[]> more, int written) {
        if (root.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "the key for personal data has " + root.length + " bytes, not " + KEY_BYTES);
        }
        keys.put(1, new SecretKeySpec(hmac(new SecretKeySpec(root, HMAC), "nkap hash"), HMAC));
        more.forEach((version, bytes) -> keys.put(version, new SecretKeySpec(bytes, HMAC)));
        SecretKeySpec found = keys.get(written);
        if (found == null) {
            throw new IllegalArgumentException("there is no search key of version " + written);
        }
        this.written = written;
        this.key = found;
    }

    /** The one key that the root gives. */
    static SearchKeys first(byte[] root) {
        return new SearchKeys(root, Map.of(), 1);
    }

    /**
     * @param said {@code 2:base64,3:base64}, each of 32 bytes; null when there is no other than the first
     * @param written the version to hash new numbers under; null for the newest
     */
    static SearchKeys of(byte[] root, @Nullable String said, @Nullable Integer written) {
        Map<Integer, byte[]> more = new TreeMap<>();
        for (String one : said == null || said.isBlank() ? List.<String>of() : List.of(said.split(",", -1))) {
            int colon = one.indexOf(':');
            if (colon < 1 || !one.substring(0, colon).strip().matches("[0-9]{1,3}")) {
                throw new IllegalArgumentException("NKAP_SEARCH_KEYS is version:base64, separated by commas");
            }
            int version = Integer.parseInt(one.substring(0, colon).strip());
            byte[] bytes = Base64.getDecoder().decode(one.substring(colon + 1).strip());
            if (version < 2 || version > MOST || bytes.length != KEY_BYTES || more.put(version, bytes) != null) {
                throw new IllegalArgumentException("search keys have versions from 2 to 127, each once, and 32 bytes");
            }
        }
        int newest = more.keySet().stream().mapToInt(version -> version).max().orElse(1);
        return new SearchKeys(root, more, written == null ? newest : written);
    }

    int written() {
        return written;
    }

    byte[] hash(Msisdn number) {
        return hash(number, written, key);
    }

    List<byte[]> hashes(Msisdn number) {
        List<byte[]> hashes = new ArrayList<>();
        keys.forEach((version, each) -> hashes.add(hash(number, version, each)));
        return hashes;
    }

    private static byte[] hash(Msisdn number, int version, SecretKeySpec key) {
        byte[] bare = hmac(key, number.digits());
        if (version == 1) {
            return bare;
        }
        byte[] hash = new byte[bare.length + 1];
        hash[0] = (byte) version;
        System.arraycopy(bare, 0, hash, 1, bare.length);
        return hash;
    }

    static byte[] hmac(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
