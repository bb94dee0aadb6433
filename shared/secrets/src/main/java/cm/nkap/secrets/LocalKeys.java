package cm.nkap.secrets;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Every version of every key, derived from one root: who keeps the root keeps them all. */
final class LocalKeys {
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final int PUBLIC_KEY = 32;

    private final SecureRandom random = new SecureRandom();
    private final byte[] root;

    LocalKeys(byte[] root) {
        this.root = root.clone();
    }

    byte[] seal(String key, int version, byte[] plain, byte[] associated) {
        byte[] nonce = fresh(NONCE);
        byte[] sealed = gcm(Cipher.ENCRYPT_MODE, derived("seal", key, version), nonce, plain, associated);
        byte[] both = Arrays.copyOf(nonce, NONCE + sealed.length);
        System.arraycopy(sealed, 0, both, NONCE, sealed.length);
        return both;
    }

    byte[] open(String key, int version, byte[] sealed, byte[] associated) {
        if (sealed.length < NONCE) {
            throw new SecretsFailure.Rejected("too short to be sealed by " + key);
        }
        byte[] rest = Arrays.copyOfRange(sealed, NONCE, sealed.length);
        return gcm(Cipher.DECRYPT_MODE, derived("seal", key, version), Arrays.copyOf(sealed, NONCE), rest, associated);
    }

    byte[] hash(String key, int version, byte[] input) {
        return hmac(derived("hash", key, version), input);
    }

    byte[] sign(String key, int version, byte[] input) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair(derived("sign", key, version)).getPrivate());
            signature.update(input);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }

    boolean isGenuine(String key, int version, byte[] input, byte[] signed) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(pair(derived("sign", key, version)).getPublic());
            signature.update(input);
            return signature.verify(signed);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    byte[] publicKey(String key, int version) {
        return publicKey(derived("sign", key, version));
    }

    /** The public key of an Ed25519 seed (RFC 8032). */
    static byte[] publicKey(byte[] seed) {
        byte[] encoded = pair(seed).getPublic().getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - PUBLIC_KEY, encoded.length);
    }

    byte[] fresh(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] derived(String purpose, String key, int version) {
        return hmac(root, ("nkap " + purpose + " " + key + " v" + version).getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hmac(byte[] key, byte[] input) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private static byte[] gcm(int mode, byte[] key, byte[] nonce, byte[] input, byte[] associated) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(associated);
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new SecretsFailure.Rejected("not sealed by this key for this owner, or changed since", e);
        }
    }

    /** The JDK makes a public key only while it makes a pair, from the bytes that its source of chance gives it. */
    private static KeyPair pair(byte[] seed) {
        try {
            KeyPairGenerator pairs = KeyPairGenerator.getInstance("Ed25519");
            pairs.initialize(NamedParameterSpec.ED25519, new Given(seed));
            return pairs.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }

    private static final class Given extends SecureRandom {
        private static final long serialVersionUID = 1;

        private final byte[] seed;

        Given(byte[] seed) {
            this.seed = seed.clone();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            if (bytes.length != seed.length) {
                throw new IllegalStateException("the JDK asks for another length than a seed's");
            }
            System.arraycopy(seed, 0, bytes, 0, seed.length);
        }
    }
}
