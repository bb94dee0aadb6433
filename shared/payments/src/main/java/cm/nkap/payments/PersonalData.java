package cm.nkap.payments;

import cm.nkap.providers.Msisdn;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts personal data before it is stored (Law 2024/017 of Cameroon: phone numbers and bank transactions are
 * protected data). AES-256-GCM with a random nonce; the search hash is HMAC-SHA256 under a second key derived from the
 * first. The key version leads the ciphertext, so that keys can change.
 */
public final class PersonalData {
    private static final byte KEY_VERSION = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int KEY_BYTES = 32;

    private final SecretKeySpec sealing;
    private final SecretKeySpec hashing;
    private final SecureRandom random = new SecureRandom();

    /** @param key 32 secret bytes */
    public PersonalData(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "the key for personal data has " + key.length + " bytes, not " + KEY_BYTES);
        }
        sealing = new SecretKeySpec(hmac(new SecretKeySpec(key, "HmacSHA256"), "nkap seal"), "AES");
        hashing = new SecretKeySpec(hmac(new SecretKeySpec(key, "HmacSHA256"), "nkap hash"), "HmacSHA256");
    }

    public SealedNumber seal(Msisdn number) {
        return new SealedNumber(seal(number.digits().getBytes(StandardCharsets.UTF_8)), hash(number), number.masked());
    }

    public Msisdn open(SealedNumber number) {
        return new Msisdn(new String(open(number.sealed()), StandardCharsets.UTF_8));
    }

    /** The hash by which a number is searched without being known. */
    public byte[] hash(Msisdn number) {
        return hmac(hashing, number.digits());
    }

    /** Seals any bytes that may name a person, such as a provider's callback. */
    public byte[] seal(byte[] plain) {
        try {
            byte[] nonce = new byte[NONCE_BYTES];
            random.nextBytes(nonce);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, sealing, new GCMParameterSpec(TAG_BITS, nonce));
            byte[] sealed = cipher.doFinal(plain);
            return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
                    .put(KEY_VERSION)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal personal data", e);
        }
    }

    /** @throws IllegalStateException when the bytes were changed or sealed under another key */
    public byte[] open(byte[] sealed) {
        if (sealed.length <= 1 + NONCE_BYTES || sealed[0] != KEY_VERSION) {
            throw new IllegalStateException("not sealed by this key");
        }
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            byte[] nonce = Arrays.copyOfRange(sealed, 1, 1 + NONCE_BYTES);
            cipher.init(Cipher.DECRYPT_MODE, sealing, new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(sealed, 1 + NONCE_BYTES, sealed.length - 1 - NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sealed personal data cannot be opened", e);
        }
    }

    private static byte[] hmac(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
