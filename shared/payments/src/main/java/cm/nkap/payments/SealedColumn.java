package cm.nkap.payments;

/** Every column of sealed personal data, with what its values are bound to: the organisation, or their own row. */
public enum SealedColumn {
    CHARGE("charge", "id", "org_id", "msisdn_sealed"),
    PAYOUT("payout", "id", "org_id", "msisdn_sealed"),
    PROVIDER_REQUEST("provider_request", "id", "org_id", "msisdn_sealed"),
    PAYOUT_PREFERENCE("payout_preference", "merchant", "org_id", "msisdn_sealed"),
    PROVIDER_CALLBACK("provider_callback", "id", "id", "body_sealed");

    private final String read;
    private final String write;

    SealedColumn(String table, String key, String owner, String column) {
        this.read = """
                SELECT %2$s AS id, %3$s AS owner, %4$s AS sealed FROM payments.%1$s
                WHERE %2$s > :after AND substring(%4$s FROM 1 FOR 5) < :begin
                ORDER BY %2$s LIMIT :limit
                """.formatted(table, key, owner, column);
        this.write = """
                UPDATE payments.%1$s AS c SET %3$s = n.sealed
                FROM unnest(:ids::text[], :old::bytea[], :sealed::bytea[]) AS n (id, old, sealed)
                WHERE c.%2$s = n.id AND c.%3$s = n.old
                """.formatted(table, key, column);
    }

    /** The oldest of what lies behind an id and was sealed before. */
    String read() {
        return read;
    }

    String write() {
        return write;
    }
}
