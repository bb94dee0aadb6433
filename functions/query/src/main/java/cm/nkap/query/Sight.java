package cm.nkap.query;

import cm.nkap.function.Caller;
import cm.nkap.function.Orgs;
import cm.nkap.function.Role;
import cm.nkap.function.Tx;
import cm.nkap.payments.Charge;
import cm.nkap.payments.PaymentFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whose objects a caller reads. Row-level security holds the same; every read states it again. */
sealed interface Sight {
    /** Staff read every organisation's. */
    record Everything() implements Sight {}

    /** A merchant's people read their organisation's. */
    record OwnOrg(String org) implements Sight {}

    /** A customer reads what it paid, whichever organisation it paid to, and nothing of the organisation it is in. */
    record OwnPayments(String subject) implements Sight {}

    static Sight of(Tx tx, Caller caller) {
        if (caller.isStaff()) {
            return new Everything();
        }
        if (caller.is(Role.MERCHANT) || caller.is(Role.ORG_ADMIN)) {
            return new OwnOrg(caller.org());
        }
        String payer = "customer." + caller.subject();
        // A subject that cannot stand in the setting keeps the transaction as narrow as it is.
        if (Orgs.isAlias(payer)) {
            tx.actFor(List.of(payer));
        }
        return new OwnPayments(caller.subject());
    }

    default boolean covers(Charge charge) {
        return switch (this) {
            case Everything _ -> true;
            case OwnOrg own -> own.org.equals(charge.org());
            case OwnPayments own -> own.subject.equals(charge.customerSubject());
        };
    }

    /** Whether everything of this organisation may be read; never so for a customer. */
    default boolean coversOrg(String org) {
        return switch (this) {
            case Everything _ -> true;
            case OwnOrg own -> own.org.equals(org);
            case OwnPayments _ -> false;
        };
    }

    /** The organisation that a list is narrowed to; null for staff. */
    default @Nullable String org() {
        return this instanceof OwnOrg own ? own.org : null;
    }

    default PaymentFilter filter(@Nullable String merchant, @Nullable String status, @Nullable String reference) {
        String payer = this instanceof OwnPayments own ? own.subject : null;
        return new PaymentFilter(org(), payer, merchant, status, reference);
    }
}
