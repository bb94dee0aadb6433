package cm.nkap.payments;

/** Every column of sealed personal data, with what its values are bound to: the organisation, or their own row. */
public enum SealedColumn {
    CHARGE("charge", "id", "org_id", "msisdn_sealed", true),
    PAYOUT("payout", "id", "org_id", "msisdn_sealed", true),
    PROVIDER_REQUEST("provider_request", "id", "org_id", "msisdn_sealed", false),
    PAYOUT_PREFERENCE("payout_preference", "merchant", "org_id", "msisdn_sealed", true),
    PROVIDER_CALLBACK("provider_callback", "id", "id", "body_sealed", false),
    PROVIDER_ATTEMPT("provider_attempt", "id", "id", "said_sealed", false),
    ERASURE("erasure", "id", "id", "msisdn_sealed", false);

    private final String read;
    private final String seal;
    private final String hash;
    private final String count;
    private final boolean isSearched;

    SealedColumn(String table, String key, String owner, String column, boolean searched) {
        isSearched = searched;
        String oldHash = searched ? "payments.hash_version(msisdn_hash) BETWEEN 1 AND :hash - 1" : "false";
        read = """
                SELECT %2$s AS id, %3$s AS owner, %5$s AS old_hash, coalesce(substring(%4$s FROM 1 FOR 5) < :begin, false) AS old_seal,
                       CASE WHEN %5$s OR substring(%4$s FROM 1 FOR 5) < :begin THEN nullif(%4$s, decode('00', 'hex')) END AS sealed
                FROM payments.%1$s WHERE %2$s > :after ORDER BY %2$s LIMIT :limit
                """.formatted(table, key, owner, column, oldHash);
        seal = """
                UPDATE payments.%1$s AS c SET %3$s = n.sealed
                FROM unnest(:ids::text[], :old::bytea[], :sealed::bytea[]) AS n (id, old, sealed)
                WHERE c.%2$s = n.id AND c.%3$s = n.old
                """.formatted(table, key, column);
        hash = """
                UPDATE payments.%1$s AS c SET msisdn_hash = n.hash
                FROM unnest(:ids::text[], :hashes::bytea[]) AS n (id, hash)
                WHERE c.%2$s = n.id AND payments.hash_version(c.msisdn_hash) BETWEEN 1 AND payments.hash_version(n.hash) - 1
                """.formatted(table, key);
        count = """
                SELECT count(*) FROM payments.%1$s
                WHERE (substring(%2$s FROM 1 FOR 5) < :begin AND %2$s <> decode('00', 'hex')) OR %3$s
                """.formatted(table, column, oldHash);
    }

    /** The next values behind an id, those that are not old without what was sealed. */
    String read() {
        return read;
    }

    String seal() {
        return seal;
    }

    String hash() {
        return hash;
    }

    /** How many are old; reads the whole table. */
    String count() {
        return count;
    }

    /** Whether a search hash stands beside. */
    boolean isSearched() {
        return isSearched;
    }
}
