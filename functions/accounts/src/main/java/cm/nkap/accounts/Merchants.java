package cm.nkap.accounts;

import cm.nkap.function.Call;
import cm.nkap.function.Caller;
import cm.nkap.function.Page;
import cm.nkap.function.Parameters;
import cm.nkap.function.Problem;
import cm.nkap.function.Reply;
import cm.nkap.function.Tx;
import cm.nkap.payments.Merchant;
import cm.nkap.payments.MerchantRows;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Merchants: whom customers pay. */
final class Merchants {
    private Merchants() {}

    /** A merchant as callers see it. */
    record View(
            String id,
            String object,
            String name,
            String organisation,
            boolean isDefault,
            String status,
            String createdBy,
            Instant createdAt) {}

    static Reply<Page<View>> list(Tx tx, Call call) {
        var asked = Parameters.of(call);
        int limit = asked.limit();
        var after = asked.startingAfter("mer");
        asked.check();
        return Reply.ok(Page.of(AccountsSql.merchants(tx.handle(), org(call.caller()), after, limit + 1), limit));
    }

    static Reply<View> one(Tx tx, Call call) {
        Parameters.of(call).check();
        var merchant = AccountsSql.merchant(tx.handle(), call.path("id"))
                .filter(found -> sees(call.caller(), found.organisation()))
                .orElseThrow(() -> Problem.notFound("merchant"));
        return Reply.ok(merchant);
    }

    /** @throws Problem 404 also for a merchant of another organisation */
    static Merchant visible(Tx tx, Call call) {
        return MerchantRows.find(tx.handle(), call.path("id"))
                .filter(found -> sees(call.caller(), found.org()))
                .orElseThrow(() -> Problem.notFound("merchant"));
    }

    /** Row-level security holds the same; it is stated again here. */
    static boolean sees(Caller caller, String org) {
        return caller.isStaff() || caller.org().equals(org);
    }

    /** The organisation that a list is narrowed to; null for staff. */
    static @Nullable String org(Caller caller) {
        return caller.isStaff() ? null : caller.org();
    }
}
