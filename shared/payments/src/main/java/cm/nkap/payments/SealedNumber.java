package cm.nkap.payments;

import org.jspecify.annotations.Nullable;

/**
 * A phone number as it is stored: unreadable without the key, found by its keyed hash, shown masked.
 *
 * @param sealed key version, nonce and AES-GCM ciphertext
 * @param hash keyed hash, equal for equal numbers
 * @param masked for people, for example {@code 2376••••••01}
 */
@SuppressWarnings("ArrayRecordComponent") // bytes as the database gives them; never compared
public record SealedNumber(byte[] sealed, byte[] hash, String masked) {
    /** What callers see; null once the number was erased. */
    public @Nullable String shown() {
        return masked.isEmpty() ? null : masked;
    }

    @Override
    public String toString() {
        return masked;
    }
}
