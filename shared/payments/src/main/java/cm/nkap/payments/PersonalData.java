package cm.nkap.payments;

import cm.nkap.providers.Msisdn;
import cm.nkap.secrets.LocalSecretStore;
import cm.nkap.secrets.SealingKeys;
import cm.nkap.secrets.SecretStore;
import cm.nkap.secrets.SecretsFailure;
import cm.nkap.secrets.StoreKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts personal data before it is stored (Law 2024/017 of Cameroon: phone numbers and bank transactions are
 * protected data). AES-256-GCM on this machine under a data key, which the store of secrets wrapped and which is stored,
 * wrapped, with every value; so nothing is asked of the store while a charge is taken. Each value is bound to its owner
 * and opens for no other. Search hashes are made by {@link SearchKeys} and do not change with the keys that
 * seal.
 */
public final class PersonalData {
    private static final int TAG_BITS = 128;

    private final SealingKeys keys;
    private final SecretKeySpec firstSealing;
    private final SearchKeys search;
    private final SecureRandom random = new SecureRandom();

    /**
     * For one machine: data keys are wrapped under the same root.
     *
     * @param root 32 secret bytes
     */
    public PersonalData(byte[] root) {
        this(root, LocalSecretStore.of(root));
    }

    /**
     * @param root 32 secret bytes: what numbers are searched by, and what sealed them before there were data keys
     * @param store wraps the data keys
     */
    public PersonalData(byte[] root, SecretStore store) {
        this(root, store, SearchKeys.first(root));
    }

    /** @param search what numbers are searched by, when there is more than the first key */
    public PersonalData(byte[] root, SecretStore store, SearchKeys search) {
        this(root, new SealingKeys(store, StoreKeys.PERSONAL_DATA, SealingKeys.Bounds.USUAL), search);
    }

    PersonalData(byte[] root, SealingKeys keys) {
        this(root, keys, SearchKeys.first(root));
    }

    private PersonalData(byte[] root, SealingKeys keys, SearchKeys search) {
        this.keys = keys;
        firstSealing = new SecretKeySpec(hmac(new SecretKeySpec(root, "HmacSHA256"), "nkap seal"), "AES");
        this.search = search;
    }

    /** Fetches the first data key in the background. */
    public void prepare() {
        keys.fetchAhead();
    }

    /** @param org whose number it is; only for the same organisation it opens */
    public SealedNumber seal(Msisdn number, String org) {
        return new SealedNumber(
                seal(number.digits().getBytes(StandardCharsets.UTF_8), org), hash(number), number.masked());
    }

    /** @throws IllegalStateException when the bytes were changed, or belong to another organisation or key */
    public Msisdn open(SealedNumber number, String org) {
        return new Msisdn(new String(open(number.sealed(), org), StandardCharsets.UTF_8));
    }

    /** The hash by which a number is searched without being known, under the key that is written at present. */
    public byte[] hash(Msisdn number) {
        return search.hash(number);
    }

    /** The hashes that rows with this number may have: also those of keys before, while rows are being hashed anew. */
    public List<byte[]> hashes(Msisdn number) {
        return search.hashes(number);
    }

    /** The version of the key under which numbers are hashed at present. */
    int hashVersion() {
        return search.written();
    }

    /**
     * Seals any bytes that may name a person, such as a provider's callback.
     *
     * @param owner an organisation or the id of what the bytes are stored with
     * @throws SecretsFailure when there is no data key and none can be had
     */
    public byte[] seal(byte[] plain, String owner) {
        SealingKeys.Current current = keys.current();
        byte[] nonce = new byte[SealedBytes.NONCE];
        random.nextBytes(nonce);
        byte[] head = SealedBytes.head(current.wrapped());
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, current.key(), nonce, head, owner)
                    .doFinal(plain);
            return SealedBytes.joined(head, nonce, sealed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal personal data", e);
        }
    }

    /** @throws IllegalStateException when the bytes were changed, or belong to another owner or key */
    public byte[] open(byte[] sealed, String owner) {
        SealedBytes parts = SealedBytes.parse(sealed);
        try {
            return switch (parts) {
                case SealedBytes.First first ->
                    cipher(Cipher.DECRYPT_MODE, firstSealing, first.nonce(), new byte[0], "")
                            .doFinal(first.rest());
                case SealedBytes.Enveloped enveloped ->
                    cipher(
                                    Cipher.DECRYPT_MODE,
                                    keys.open(enveloped.wrapped()),
                                    enveloped.nonce(),
                                    enveloped.head(),
                                    owner)
                            .doFinal(enveloped.rest());
            };
        } catch (GeneralSecurityException | SecretsFailure.Rejected e) {
            throw new IllegalStateException("sealed personal data cannot be opened", e);
        }
    }

    /** The version of the wrapping key under which values are sealed at present; asks the store. */
    int newestVersion() {
        return keys.newestVersion();
    }

    /** Ciphertext of before has no owner and no head. */
    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] head, String owner)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        byte[] ownerBytes = owner.getBytes(StandardCharsets.UTF_8);
        byte[] associated = Arrays.copyOf(head, head.length + ownerBytes.length);
        System.arraycopy(ownerBytes, 0, associated, head.length, ownerBytes.length);
        cipher.updateAAD(associated);
        return cipher;
    }

    private static byte[] hmac(SecretKeySpec key, String text) {
        return SearchKeys.hmac(key, text);
    }
}
