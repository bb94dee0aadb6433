package cm.nkap.secrets;

import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a key of the store made (sealed bytes, a hash, a signature) and which version of the key it was. Written as Vault
 * writes it: {@code vault:v3:…}. Prints without the bytes.
 */
public final class Keyed {
    private static final Pattern TEXT = Pattern.compile("vault:v([1-9][0-9]{0,8}):([A-Za-z0-9+/]*={0,2})");

    private final int version;
    private final byte[] bytes;

    public Keyed(int version, byte[] bytes) {
        if (version < 1) {
            throw new IllegalArgumentException("versions of keys begin with 1");
        }
        this.version = version;
        this.bytes = bytes.clone();
    }

    /** @throws SecretsFailure.Rejected when the text is not of this form */
    public static Keyed parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new SecretsFailure.Rejected("not in the form vault:vN:base64");
        }
        try {
            return new Keyed(
                    Integer.parseInt(parts.group(1)), Base64.getDecoder().decode(parts.group(2)));
        } catch (IllegalArgumentException e) {
            throw new SecretsFailure.Rejected("not in the form vault:vN:base64", e);
        }
    }

    public int version() {
        return version;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** {@code vault:v3:…} */
    public String text() {
        return "vault:v" + version + ":" + Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Keyed that && version == that.version && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * version + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "vault:v" + version + ":(" + bytes.length + " bytes)";
    }
}
