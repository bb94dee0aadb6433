package cm.nkap.ledger;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/**
 * A seal as it leaves the database: who keeps this line can prove later that the books up to {@code until} are still the
 * same. As text {@code nkap-ledger-seal/v1 17 2026-11-22T13:00:00Z 1041 2210 9f86…}, and behind it, when it is signed, a
 * base64 Ed25519 signature (RFC 8032) of the text before.
 *
 * @param number the seal's; numbers have no gap
 * @param until the end of the sealed hour
 * @param firstSeq the first journal that no earlier seal covers
 * @param lastSeq the last journal under the seal; {@code firstSeq - 1} when the hour had none
 * @param root SHA-256 in 64 hexadecimal digits, over everything before
 */
public record SealedRoot(long number, Instant until, long firstSeq, long lastSeq, String root) {
    private static final String FORMAT = "nkap-ledger-seal/v1";
    private static final String ALGORITHM = "Ed25519";
    private static final int WORDS = 6;

    public SealedRoot {
        if (number <= 0 || firstSeq <= 0 || lastSeq < firstSeq - 1 || !root.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("no seal: " + number + " " + firstSeq + " " + lastSeq + " " + root);
        }
    }

    /** What is signed: the text in UTF-8. */
    public byte[] message() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The text with its signature, one line. */
    public String sign(PrivateKey key) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(message());
            return this + " " + Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a key to sign with", e);
        }
    }

    /**
     * The root in a line, signed or not; a signature is not looked at.
     *
     * @throws IllegalArgumentException when it is no such line
     */
    public static SealedRoot parse(String line) {
        String[] words = line.strip().split(" ", -1);
        if ((words.length != WORDS && words.length != WORDS + 1) || !words[0].equals(FORMAT)) {
            throw new IllegalArgumentException("not a line of " + FORMAT + ": " + line);
        }
        try {
            var parsed = new SealedRoot(
                    Long.parseLong(words[1]),
                    Instant.parse(words[2]),
                    Long.parseLong(words[3]),
                    Long.parseLong(words[4]),
                    words[5]);
            // one text for one seal, or a signature could be of another text than the one that is compared
            if (!line.strip().startsWith(parsed.toString())) {
                throw new IllegalArgumentException("not written as " + parsed);
            }
            return parsed;
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IllegalArgumentException("not a line of " + FORMAT + ": " + line, e);
        }
    }

    /**
     * The root in a line that this key signed.
     *
     * @throws IllegalArgumentException when it is no such line or its signature is missing or another's
     */
    public static SealedRoot verify(String line, PublicKey key) {
        SealedRoot parsed = parse(line);
        String[] words = line.strip().split(" ", -1);
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(parsed.message());
            if (words.length == WORDS + 1
                    && signature.verify(Base64.getDecoder().decode(words[WORDS]))) {
                return parsed;
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a signature of this line: " + line, e);
        }
        throw new IllegalArgumentException("not signed by this key: " + line);
    }

    @Override
    public String toString() {
        return String.join(
                " ",
                FORMAT,
                Long.toString(number),
                until.toString(),
                Long.toString(firstSeq),
                Long.toString(lastSeq),
                root);
    }
}
