package cm.nkap.providermock.vault;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A named key with its versions. Symmetric ones encrypt and hash, Ed25519 ones sign and hash. */
final class TransitKey {
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final int KEY = 32;
    /** The head of every encoded Ed25519 public key; what follows is the key as Vault shows it. */
    private static final int PUBLIC_HEAD = 12;

    private final SecureRandom random = new SecureRandom();
    private final TreeMap<Integer, Version> versions = new TreeMap<>();
    private final boolean signs;
    private int oldestToDecrypt = 1;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Version(byte[] secret, byte[] hashing, KeyPair pair, Instant made) {}

    TransitKey(String type, Instant now) {
        this.signs = switch (type) {
            case "aes256-gcm96" -> false;
            case "ed25519" -> true;
            default -> throw VaultAnswers.bad("unknown key type " + type);
        };
        rotate(now);
    }

    String type() {
        return signs ? "ed25519" : "aes256-gcm96";
    }

    boolean signs() {
        return signs;
    }

    int latest() {
        return versions.lastKey();
    }

    int oldestToDecrypt() {
        return oldestToDecrypt;
    }

    void oldestToDecrypt(int version) {
        if (version < 1 || version > latest()) {
            throw VaultAnswers.bad(
                    "cannot set min decryption version of " + version + ", latest key version is " + latest());
        }
        oldestToDecrypt = version;
    }

    void rotate(Instant now) {
        int next = versions.isEmpty() ? 1 : latest() + 1;
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            versions.put(next, new Version(random(KEY), random(KEY), pair, now));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }

    Instant made(int version) {
        return version(version).made();
    }

    byte[] publicKey(int version) {
        byte[] encoded = version(version).pair().getPublic().getEncoded();
        return Arrays.copyOfRange(encoded, PUBLIC_HEAD, encoded.length);
    }

    byte[] encrypt(byte[] plain, byte[] associated) {
        if (signs) {
            throw VaultAnswers.bad("message encryption not supported for key type ed25519");
        }
        byte[] nonce = random(NONCE);
        byte[] sealed = gcm(Cipher.ENCRYPT_MODE, latest(), nonce, plain, associated);
        byte[] both = Arrays.copyOf(nonce, NONCE + sealed.length);
        System.arraycopy(sealed, 0, both, NONCE, sealed.length);
        return both;
    }

    byte[] decrypt(int version, byte[] sealed, byte[] associated) {
        check(version);
        if (sealed.length < NONCE) {
            throw VaultAnswers.bad("invalid ciphertext: could not decode");
        }
        byte[] rest = Arrays.copyOfRange(sealed, NONCE, sealed.length);
        return gcm(Cipher.DECRYPT_MODE, version, Arrays.copyOf(sealed, NONCE), rest, associated);
    }

    byte[] hmac(int version, byte[] input) {
        check(version);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(version(version).hashing(), "HmacSHA256"));
            return mac.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    byte[] sign(byte[] input) {
        if (!signs) {
            throw VaultAnswers.bad("key type aes256-gcm96 does not support signing");
        }
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(version(latest()).pair().getPrivate());
            signature.update(input);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }

    boolean isSignature(int version, byte[] input, byte[] signed) {
        check(version);
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(version(version).pair().getPublic());
            signature.update(input);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private void check(int version) {
        if (version < oldestToDecrypt) {
            throw VaultAnswers.bad("ciphertext or signature version is disallowed by policy (too old)");
        }
        if (version > latest()) {
            throw VaultAnswers.bad("invalid ciphertext: version is too new");
        }
    }

    private Version version(int version) {
        Version found = versions.get(version);
        if (found == null) {
            throw VaultAnswers.bad("no such key version");
        }
        return found;
    }

    private byte[] gcm(int mode, int version, byte[] nonce, byte[] input, byte[] associated) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    mode, new SecretKeySpec(version(version).secret(), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(associated);
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw VaultAnswers.bad("cipher: message authentication failed");
        }
    }

    byte[] random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
