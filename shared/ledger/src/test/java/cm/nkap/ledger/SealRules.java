package cm.nkap.ledger;

import java.util.Map;

/** The rules of seals, as {@link Rules} has them. */
final class SealRules {
    private static final String HASH = Rules.hash(32);
    private static final String GOOD = seal(1, 1, 1, 0, HASH);

    private SealRules() {}

    static void attempts(Map<String, String> attempts) {
        attempts.put("seal.seal_pkey", GOOD + "; " + seal(1, 2, 1, 0, HASH));
        attempts.put("seal.seal_until_key", GOOD + "; " + seal(2, 1, 1, 0, HASH));
        attempts.put("seal.seal_number_check", seal(0, 1, 1, 0, HASH));
        attempts.put("seal.seal_counts", seal(1, 1, 5, 3, HASH));
        attempts.put("seal.seal_hashes", seal(1, 1, 1, 0, Rules.hash(31)));
        attempts.put("seal.seal_append_only", GOOD + "; UPDATE ledger.seal SET sealed_at = now()");
        String account = account(1, HASH);
        attempts.put("sealed_account.sealed_account_pkey", account + "; " + account);
        attempts.put("sealed_account.sealed_account_hash_check", account(1, Rules.hash(33)));
        attempts.put("sealed_account.sealed_account_append_only", account + "; DELETE FROM ledger.sealed_account");
        String signature = signature(1, 32, 64);
        attempts.put("seal_signature.seal_signature_pkey", signature + "; " + signature);
        attempts.put("seal_signature.seal_signature_key_version_check", signature(0, 32, 64));
        attempts.put("seal_signature.seal_signature_public_key_check", signature(1, 31, 64));
        attempts.put("seal_signature.seal_signature_signature_check", signature(1, 32, 65));
        attempts.put(
                "seal_signature.seal_signature_append_only",
                signature + "; UPDATE ledger.seal_signature SET number = 2");
        attempts.put(
                "awaiting_seal.awaiting_seal_pkey",
                "INSERT INTO ledger.awaiting_seal VALUES (99, false, now()), (99, false, now())");
    }

    private static String seal(int number, int hour, int first, int last, String hash) {
        return "INSERT INTO ledger.seal VALUES (" + number + ", '2020-01-01T0" + hour + ":00Z', " + first + ", " + last
                + ", " + HASH + ", 1, " + HASH + ", NULL, " + hash + ", " + HASH + ", now())";
    }

    private static String account(int seal, String hash) {
        return "INSERT INTO ledger.sealed_account VALUES (1, " + seal + ", NULL, " + hash + ")";
    }

    private static String signature(int version, int publicKey, int bytes) {
        return "INSERT INTO ledger.seal_signature VALUES (1, " + version + ", " + Rules.hash(publicKey) + ", "
                + Rules.hash(bytes) + ", now())";
    }
}
