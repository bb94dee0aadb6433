package cm.nkap.accounts;

import cm.nkap.payments.ChargeView;
import cm.nkap.payments.Ids;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** The statements of accounts. A filter that is null does not filter. */
final class AccountsSql {
    private static final String ORGANISATION =
            "SELECT org_id, name, created_by, created_at FROM payments.organisation WHERE org_id = :org";

    private static final String INSERT_ORGANISATION = """
            INSERT INTO payments.organisation (org_id, name, created_by, created_at) VALUES (:org, :name, :by, :at)
            ON CONFLICT (org_id) DO NOTHING
            """;

    private static final String INSERT_MERCHANT = """
            INSERT INTO payments.merchant (id, org_id, name, is_default, created_by, created_at)
            VALUES (:id, :org, :name, true, :by, :at)
            """;

    private static final String MERCHANTS = """
            SELECT id, org_id, name, is_default, status, created_by, created_at FROM payments.merchant
            WHERE (:org::text IS NULL OR org_id = :org) AND (:id::text IS NULL OR id = :id) AND id < :before
            ORDER BY id DESC LIMIT :limit
            """;

    private static final String FEE_PLANS = """
            SELECT id, org_id, operation, basis_points, fixed, cap, valid_from, created_by, created_at FROM payments.fee_plan
            WHERE (:org::text IS NULL OR org_id = :org) AND (:operation::text IS NULL OR operation = :operation) AND id < :before
            ORDER BY id DESC LIMIT :limit
            """;

    private static final String FEE_PLAN = """
            SELECT id, org_id, operation, basis_points, fixed, cap, valid_from, created_by, created_at FROM payments.fee_plan
            WHERE id = :id
            """;

    private static final String COUNT_FEE_PLANS =
            "SELECT count(*) FROM payments.fee_plan WHERE org_id = :org AND operation = :operation";

    private static final String HAS_FEE_PLAN_FROM = """
            SELECT EXISTS (SELECT FROM payments.fee_plan
                            WHERE org_id = :org AND operation = :operation AND valid_from = :validFrom)
            """;

    private static final String PREFERENCE = """
            SELECT merchant, mode, provider, msisdn_masked, updated_by, updated_at FROM payments.payout_preference
            WHERE merchant = :merchant
            """;

    private static final RowMapper<Merchants.View> MERCHANT_ROW = (row, context) -> new Merchants.View(
            row.getString("id"),
            "merchant",
            row.getString("name"),
            row.getString("org_id"),
            row.getBoolean("is_default"),
            row.getString("status"),
            row.getString("created_by"),
            instant(row, "created_at"));

    private static final RowMapper<FeePlans.View> FEE_PLAN_ROW = (row, context) -> new FeePlans.View(
            row.getString("id"),
            "fee_plan",
            row.getString("org_id"),
            row.getString("operation"),
            row.getInt("basis_points"),
            row.getLong("fixed"),
            row.getObject("cap", Long.class),
            instant(row, "valid_from"),
            row.getString("created_by"),
            instant(row, "created_at"));

    /** A merchant list has no end of its own; an organisation has a handful. */
    private static final int MOST_PER_ORG = 100;

    private AccountsSql() {}

    record Organisation(String id, String name, String createdBy, Instant createdAt) {}

    /** Which fee plans. */
    record Plans(
            @Nullable String org,
            @Nullable String operation,
            @Nullable String startingAfter,
            int limit) {
        Plans of(@Nullable String owner) {
            return new Plans(owner, operation, startingAfter, limit);
        }
    }

    static Optional<Organisation> organisation(Handle tx, String org) {
        return tx.createQuery(ORGANISATION)
                .bind("org", org)
                .map((row, context) -> new Organisation(
                        row.getString("org_id"),
                        row.getString("name"),
                        row.getString("created_by"),
                        instant(row, "created_at")))
                .findOne();
    }

    /** Returns false when there is one with this id already. */
    static boolean insertOrganisation(Handle tx, String org, String name, String by, Instant at) {
        return tx.createUpdate(INSERT_ORGANISATION)
                        .bind("org", org)
                        .bind("name", name)
                        .bind("by", by)
                        .bind("at", at)
                        .execute()
                == 1;
    }

    static void insertDefaultMerchant(Handle tx, String id, String org, String name, String by, Instant at) {
        tx.createUpdate(INSERT_MERCHANT)
                .bind("id", id)
                .bind("org", org)
                .bind("name", name)
                .bind("by", by)
                .bind("at", at)
                .execute();
    }

    static List<Merchants.View> merchants(Handle tx, @Nullable String org, @Nullable String startingAfter, int limit) {
        return merchants(tx, org, null, startingAfter == null ? Ids.last("mer") : startingAfter, limit);
    }

    static List<Merchants.View> merchantsOf(Handle tx, String org) {
        return merchants(tx, org, null, MOST_PER_ORG);
    }

    static Optional<Merchants.View> merchant(Handle tx, String id) {
        return merchants(tx, null, id, Ids.last("mer"), 1).stream().findFirst();
    }

    private static List<Merchants.View> merchants(
            Handle tx, @Nullable String org, @Nullable String id, String before, int limit) {
        return tx.createQuery(MERCHANTS)
                .bind("org", org)
                .bind("id", id)
                .bind("before", before)
                .bind("limit", limit)
                .map(MERCHANT_ROW)
                .list();
    }

    /** One more than the limit, when there are more. */
    static List<FeePlans.View> feePlans(Handle tx, Plans plans) {
        return tx.createQuery(FEE_PLANS)
                .bind("org", plans.org())
                .bind("operation", plans.operation())
                .bind("before", plans.startingAfter() == null ? Ids.last("fp") : plans.startingAfter())
                .bind("limit", plans.limit() + 1)
                .map(FEE_PLAN_ROW)
                .list();
    }

    static Optional<FeePlans.View> feePlan(Handle tx, String id) {
        return tx.createQuery(FEE_PLAN).bind("id", id).map(FEE_PLAN_ROW).findOne();
    }

    static long countFeePlans(Handle tx, String org, String operation) {
        return tx.createQuery(COUNT_FEE_PLANS)
                .bind("org", org)
                .bind("operation", operation)
                .mapTo(Long.class)
                .one();
    }

    static boolean hasFeePlanFrom(Handle tx, FeePlanChange.Proposal proposal, Instant validFrom) {
        return tx.createQuery(HAS_FEE_PLAN_FROM)
                .bind("org", proposal.organisation())
                .bind("operation", proposal.operation().text())
                .bind("validFrom", validFrom)
                .mapTo(Boolean.class)
                .one();
    }

    static Optional<PayoutPreferences.View> preference(Handle tx, String merchant) {
        return tx.createQuery(PREFERENCE)
                .bind("merchant", merchant)
                .map((row, context) -> new PayoutPreferences.View(
                        "payout_preference",
                        row.getString("merchant"),
                        PayoutPreferences.Mode.valueOf(row.getString("mode").toUpperCase(Locale.ROOT)),
                        new ChargeView.Wallet(row.getString("msisdn_masked"), row.getString("provider")),
                        row.getString("updated_by"),
                        instant(row, "updated_at")))
                .findOne();
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
