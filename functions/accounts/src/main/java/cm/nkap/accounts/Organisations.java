package cm.nkap.accounts;

import cm.nkap.function.Call;
import cm.nkap.function.Command;
import cm.nkap.function.Faults;
import cm.nkap.function.Orgs;
import cm.nkap.function.Parameters;
import cm.nkap.function.Problem;
import cm.nkap.function.Reply;
import cm.nkap.function.Tx;
import cm.nkap.function.Validated;
import cm.nkap.function.approvals.AuditLog;
import cm.nkap.ledger.Account;
import cm.nkap.ledger.Ledger;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.payments.Ids;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Organisations: who uses Nkap. The platform makes one together with its default merchant and the ledger accounts that
 * the first payment needs.
 */
final class Organisations implements Command<Organisations.Request, Organisations.View> {
    private final Ledger ledger;

    Organisations(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * @param id the organisation's alias, as its people's tokens name it
     * @param merchantName whom its customers pay when they name nobody
     */
    record Request(String id, String name, String merchantName) implements Validated {
        @Override
        public void check(Faults faults) {
            if (!Orgs.isOrganisation(id)) {
                faults.add(
                        "id",
                        "invalid",
                        "must be 1 to 63 lower-case letters, digits and inner dashes, not a kept word");
            }
            Names.check(faults, "name", name);
            Names.check(faults, "merchant_name", merchantName);
        }
    }

    /** An organisation as callers see it. */
    record View(
            String id,
            String object,
            String name,
            String createdBy,
            Instant createdAt,
            List<Merchants.View> merchants) {}

    /** The caller's own organisation. */
    static Reply<View> own(Tx tx, Call call) {
        Parameters.of(call).check();
        return Reply.ok(view(tx, call.caller().org()));
    }

    static Reply<View> one(Tx tx, Call call) {
        Parameters.of(call).check();
        var org = call.path("id");
        if (!call.caller().isStaff() && !call.caller().org().equals(org)) {
            throw Problem.notFound("organisation");
        }
        return Reply.ok(view(tx, org));
    }

    /** Making one that is there already under the same name changes nothing but completes its accounts. */
    @Override
    public Reply<View> run(Tx tx, Call call, Request request) {
        var made = AccountsSql.insertOrganisation(
                tx.handle(), request.id(), request.name(), call.caller().subject(), tx.now());
        if (made) {
            AccountsSql.insertDefaultMerchant(
                    tx.handle(),
                    Ids.next("mer"),
                    request.id(),
                    request.merchantName(),
                    call.caller().subject(),
                    tx.now());
        }
        var view = view(tx, request.id());
        if (!view.name.equals(request.name()) || !isMerchant(view, request.merchantName())) {
            throw Problem.stateConflict("an organisation with this id exists under another name")
                    .param("id");
        }
        openAccounts(tx, view);
        if (made) {
            AuditLog.record(tx, call, new AuditLog.Change(view.id, "organisation.created", view.id, null, view));
        }
        return made ? Reply.created(view, "/v1/organisations/" + view.id) : Reply.ok(view);
    }

    private static boolean isMerchant(View view, String name) {
        return view.merchants.stream().anyMatch(merchant -> merchant.name().equals(name));
    }

    private void openAccounts(Tx tx, View view) {
        List<Account> accounts = new ArrayList<>(ChartOfAccounts.platform());
        view.merchants.forEach(merchant -> accounts.add(ChartOfAccounts.ofMerchant(merchant.id(), view.id)));
        ledger.open(tx.handle(), accounts);
    }

    private static View view(Tx tx, String org) {
        var row = AccountsSql.organisation(tx.handle(), org).orElseThrow(() -> Problem.notFound("organisation"));
        return new View(
                row.id(),
                "organisation",
                row.name(),
                row.createdBy(),
                row.createdAt(),
                AccountsSql.merchantsOf(tx.handle(), org));
    }
}
