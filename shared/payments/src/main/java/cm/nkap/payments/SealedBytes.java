package cm.nkap.payments;

import cm.nkap.secrets.Keyed;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes of a sealed value, taken apart. Format 1: one byte, nonce, ciphertext. Format 2: one byte, the version of the
 * wrapping key in four, the length of the wrapped data key in two, that key, nonce, ciphertext. Format and version come
 * first, so that sealed values are in the order of their age.
 */
sealed interface SealedBytes {
    int NONCE = 12;
    byte FIRST = 1;
    byte ENVELOPED = 2;
    int BEFORE_WRAPPED = 7;

    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    record First(byte[] nonce, byte[] rest) implements SealedBytes {}

    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    record Enveloped(Keyed wrapped, byte[] head, byte[] nonce, byte[] rest) implements SealedBytes {}

    static SealedBytes parse(byte[] sealed) {
        if (sealed.length > 1 + NONCE && sealed[0] == FIRST) {
            return new First(
                    Arrays.copyOfRange(sealed, 1, 1 + NONCE), Arrays.copyOfRange(sealed, 1 + NONCE, sealed.length));
        }
        if (sealed.length > BEFORE_WRAPPED && sealed[0] == ENVELOPED) {
            ByteBuffer bytes = ByteBuffer.wrap(sealed);
            int version = bytes.getInt(1);
            int head = BEFORE_WRAPPED + Short.toUnsignedInt(bytes.getShort(5));
            if (version > 0 && sealed.length > head + NONCE) {
                return new Enveloped(
                        new Keyed(version, Arrays.copyOfRange(sealed, BEFORE_WRAPPED, head)),
                        Arrays.copyOf(sealed, head),
                        Arrays.copyOfRange(sealed, head, head + NONCE),
                        Arrays.copyOfRange(sealed, head + NONCE, sealed.length));
            }
        }
        throw new IllegalStateException("not sealed by this key");
    }

    static byte[] head(Keyed wrapped) {
        byte[] key = wrapped.bytes();
        return ByteBuffer.allocate(BEFORE_WRAPPED + key.length)
                .put(ENVELOPED)
                .putInt(wrapped.version())
                .putShort((short) key.length)
                .put(key)
                .array();
    }

    /** What every value begins with that was sealed under this version of the wrapping key. */
    static byte[] begin(int version) {
        return ByteBuffer.allocate(5).put(ENVELOPED).putInt(version).array();
    }

    static byte[] joined(byte[] head, byte[] nonce, byte[] rest) {
        return ByteBuffer.allocate(head.length + nonce.length + rest.length)
                .put(head)
                .put(nonce)
                .put(rest)
                .array();
    }
}
