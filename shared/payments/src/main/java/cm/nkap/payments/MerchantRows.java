package cm.nkap.payments;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** Organisations, merchants and what they agreed to. Every call joins the caller's transaction. */
public final class MerchantRows {
    private static final RowMapper<Merchant> MERCHANT = (row, context) -> new Merchant(
            row.getString("id"),
            row.getString("org_id"),
            row.getString("name"),
            row.getBoolean("is_default"),
            row.getString("status"),
            Columns.instant(row, "created_at"));

    private static final RowMapper<PayoutPreference> PREFERENCE = (row, context) -> new PayoutPreference(
            row.getString("merchant"),
            row.getString("org_id"),
            row.getString("mode").equals("automatic"),
            row.getString("provider"),
            Columns.sealed(row));

    private MerchantRows() {}

    /** Makes an organisation and its default merchant, or leaves them as they are. */
    public static void insert(Handle tx, String org, String orgName, Merchant merchant) {
        tx.createUpdate("INSERT INTO payments.organisation (org_id, name) VALUES (:org, :name) ON CONFLICT DO NOTHING")
                .bind("org", org)
                .bind("name", orgName)
                .execute();
        tx.createUpdate("""
                        INSERT INTO payments.merchant (id, org_id, name, is_default, status, created_at)
                        VALUES (:id, :org, :name, :isDefault, :status, :createdAt) ON CONFLICT DO NOTHING
                        """)
                .bind("id", merchant.id())
                .bind("org", org)
                .bind("name", merchant.name())
                .bind("isDefault", merchant.isDefault())
                .bind("status", merchant.status())
                .bind("createdAt", merchant.createdAt())
                .execute();
    }

    /** The merchant meant by a caller of the organisation that names none. */
    public static Optional<Merchant> defaultOf(Handle tx, String org) {
        return tx.createQuery("SELECT * FROM payments.merchant WHERE org_id = :org AND is_default")
                .bind("org", org)
                .map(MERCHANT)
                .findOne();
    }

    public static Optional<Merchant> find(Handle tx, String id) {
        return tx.createQuery("SELECT * FROM payments.merchant WHERE id = :id")
                .bind("id", id)
                .map(MERCHANT)
                .findOne();
    }

    public static List<Merchant> ofOrg(Handle tx, String org) {
        return tx.createQuery("SELECT * FROM payments.merchant WHERE org_id = :org ORDER BY id")
                .bind("org", org)
                .map(MERCHANT)
                .list();
    }

    /** The organisation of a merchant, whoever asks; for a customer who names whom to pay. */
    public static Optional<String> orgOf(Handle tx, String merchant) {
        return Optional.ofNullable(tx.createQuery("SELECT payments.merchant_org(:merchant)")
                .bind("merchant", merchant)
                .mapTo(String.class)
                .one());
    }

    /** Serialises what spends these merchants' balances; locked in the order of their ids until the transaction ends. */
    public static void lock(Handle tx, Collection<String> merchants) {
        tx.createQuery("SELECT 1 FROM payments.merchant WHERE id = ANY (:ids) ORDER BY id FOR NO KEY UPDATE")
                .bindArray("ids", String.class, merchants)
                .mapTo(Integer.class)
                .list();
    }

    /** What is in force for an operation of an organisation at a provider. */
    public static Terms terms(Handle tx, String org, String operation, String provider, Instant at) {
        return tx.createQuery("""
                        SELECT plan.id, plan.basis_points, plan.fixed, plan.cap, amount.least, amount.most
                        FROM (SELECT) AS one
                        LEFT JOIN LATERAL (
                            SELECT id, basis_points, fixed, cap FROM payments.fee_plan
                            WHERE org_id = :org AND operation = :operation AND valid_from <= :at
                            ORDER BY valid_from DESC LIMIT 1) plan ON true
                        LEFT JOIN LATERAL (
                            SELECT least, most FROM payments.amount_limit
                            WHERE provider = :provider AND operation = :operation AND valid_from <= :at
                            ORDER BY valid_from DESC LIMIT 1) amount ON true
                        """)
                .bind("org", org)
                .bind("operation", operation)
                .bind("provider", provider)
                .bind("at", at)
                .map((row, context) -> {
                    String plan = row.getString("id");
                    Long least = Columns.maybeLong(row, "least");
                    return new Terms(
                            plan == null
                                    ? FeePlan.FREE
                                    : new FeePlan(
                                            plan,
                                            row.getInt("basis_points"),
                                            row.getLong("fixed"),
                                            Columns.maybeLong(row, "cap")),
                            least == null
                                    ? Optional.empty()
                                    : Optional.of(new AmountLimit(least, row.getLong("most"))));
                })
                .one();
    }

    /** Adds a plan that comes into force at {@code validFrom}; plans are never changed. */
    public static void addFeePlan(
            Handle tx, FeePlan plan, String org, String operation, Instant validFrom, String createdBy) {
        tx.createUpdate("""
                        INSERT INTO payments.fee_plan (id, org_id, operation, valid_from, basis_points, fixed, cap, created_by)
                        VALUES (:id, :org, :operation, :validFrom, :basisPoints, :fixed, :cap, :createdBy) ON CONFLICT DO NOTHING
                        """)
                .bind("id", plan.id())
                .bind("org", org)
                .bind("operation", operation)
                .bind("validFrom", validFrom)
                .bind("basisPoints", plan.basisPoints())
                .bind("fixed", plan.fixed())
                .bind("cap", plan.cap())
                .bind("createdBy", createdBy)
                .execute();
    }

    public static List<PayoutPreference> preferences(Handle tx, Collection<String> merchants) {
        return tx.createQuery("SELECT * FROM payments.payout_preference WHERE merchant = ANY (:merchants)")
                .bindArray("merchants", String.class, merchants)
                .map(PREFERENCE)
                .list();
    }

    /** Sets where and how a merchant is paid out. */
    public static void prefer(Handle tx, PayoutPreference preference, String updatedBy, Instant at) {
        tx.createUpdate("""
                        INSERT INTO payments.payout_preference
                            (merchant, org_id, mode, provider, msisdn_sealed, msisdn_hash, msisdn_masked, updated_by, updated_at)
                        VALUES (:merchant, :org, :mode, :provider, :sealed, :hash, :masked, :updatedBy, :at)
                        ON CONFLICT (merchant) DO UPDATE SET mode = excluded.mode, provider = excluded.provider,
                            msisdn_sealed = excluded.msisdn_sealed, msisdn_hash = excluded.msisdn_hash,
                            msisdn_masked = excluded.msisdn_masked, updated_by = excluded.updated_by, updated_at = excluded.updated_at
                        """)
                .bind("merchant", preference.merchant())
                .bind("org", preference.org())
                .bind("mode", preference.automatic() ? "automatic" : "manual")
                .bind("provider", preference.provider())
                .bind("sealed", preference.payee().sealed())
                .bind("hash", preference.payee().hash())
                .bind("masked", preference.payee().masked())
                .bind("updatedBy", updatedBy)
                .bind("at", at)
                .execute();
    }
}
