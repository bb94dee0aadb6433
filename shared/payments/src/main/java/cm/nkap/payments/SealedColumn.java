package cm.nkap.payments;

/** Every column of sealed personal data, with what its values are bound to: the organisation, or their own row. */
public enum SealedColumn {
    CHARGE("""
            SELECT id, org_id AS owner, msisdn_sealed AS sealed FROM payments.charge
            WHERE id > :after AND substring(msisdn_sealed FROM 1 FOR 5) < :begin
            ORDER BY id LIMIT :limit
            """, """
            UPDATE payments.charge AS c SET msisdn_sealed = n.sealed
            FROM unnest(:ids::text[], :old::bytea[], :sealed::bytea[]) AS n (id, old, sealed)
            WHERE c.id = n.id AND c.msisdn_sealed = n.old
            """),
    PAYOUT("""
            SELECT id, org_id AS owner, msisdn_sealed AS sealed FROM payments.payout
            WHERE id > :after AND substring(msisdn_sealed FROM 1 FOR 5) < :begin
            ORDER BY id LIMIT :limit
            """, """
            UPDATE payments.payout AS p SET msisdn_sealed = n.sealed
            FROM unnest(:ids::text[], :old::bytea[], :sealed::bytea[]) AS n (id, old, sealed)
            WHERE p.id = n.id AND p.msisdn_sealed = n.old
            """),
    PROVIDER_REQUEST("""
            SELECT id, org_id AS owner, msisdn_sealed AS sealed FROM payments.provider_request
            WHERE id > :after AND substring(msisdn_sealed FROM 1 FOR 5) < :begin
            ORDER BY id LIMIT :limit
            """, """
            UPDATE payments.provider_request AS r SET msisdn_sealed = n.sealed
            FROM unnest(:ids::text[], :old::bytea[], :sealed::bytea[]) AS n (id, old, sealed)
            WHERE r.id = n.id AND r.msisdn_sealed = n.old
            """),
    PAYOUT_PREFERENCE("""
            SELECT merchant AS id, org_id AS owner, msisdn_sealed AS sealed FROM payments.payout_preference
            WHERE merchant > :after AND substring(msisdn_sealed FROM 1 FOR 5) < :begin
            ORDER BY merchant LIMIT :limit
            """, """
            UPDATE payments.payout_preference AS p SET msisdn_sealed = n.sealed
            FROM unnest(:ids::text[], :old::bytea[], :sealed::bytea[]) AS n (id, old, sealed)
            WHERE p.merchant = n.id AND p.msisdn_sealed = n.old
            """),
    PROVIDER_CALLBACK("""
            SELECT id, id AS owner, body_sealed AS sealed FROM payments.provider_callback
            WHERE id > :after AND substring(body_sealed FROM 1 FOR 5) < :begin
            ORDER BY id LIMIT :limit
            """, """
            UPDATE payments.provider_callback AS c SET body_sealed = n.sealed
            FROM unnest(:ids::text[], :old::bytea[], :sealed::bytea[]) AS n (id, old, sealed)
            WHERE c.id = n.id AND c.body_sealed = n.old
            """);

    private final String read;
    private final String write;

    SealedColumn(String read, String write) {
        this.read = read;
        this.write = write;
    }

    /** The oldest of what lies behind an id and was sealed before. */
    String read() {
        return read;
    }

    String write() {
        return write;
    }
}
