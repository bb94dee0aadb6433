package cm.nkap.accounts;

import cm.nkap.function.Call;
import cm.nkap.function.Command;
import cm.nkap.function.Fault;
import cm.nkap.function.Faults;
import cm.nkap.function.Parameters;
import cm.nkap.function.Problem;
import cm.nkap.function.Reply;
import cm.nkap.function.Tx;
import cm.nkap.function.Validated;
import cm.nkap.function.approvals.AuditLog;
import cm.nkap.payments.ChargeView;
import cm.nkap.payments.MerchantRows;
import cm.nkap.payments.PayoutPreference;
import cm.nkap.payments.PersonalData;
import cm.nkap.payments.WalletRouting;
import cm.nkap.providers.Msisdn;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How and where a merchant wants its money. One who never said so is paid out only when it asks. */
final class PayoutPreferences implements Command<PayoutPreferences.Request, PayoutPreferences.View> {
    private final WalletRouting routing;
    private final PersonalData personalData;

    PayoutPreferences(WalletRouting routing, PersonalData personalData) {
        this.routing = routing;
        this.personalData = personalData;
    }

    /** When money is sent on. */
    enum Mode {
        /** As soon as a charge has succeeded. */
        AUTOMATIC,
        /** When the merchant asks. */
        MANUAL
    }

    record Request(Mode mode, Destination destination) implements Validated {
        /** @param provider wins over what the number's prefix says */
        record Destination(@Nullable String provider, String msisdn) {}

        @Override
        public void check(Faults faults) {
            if (Msisdn.parse(destination.msisdn(), Msisdn.Rules.SIMULATOR).isEmpty()) {
                faults.add(
                        "destination.msisdn",
                        "invalid",
                        "must be a mobile number of Cameroon, for example 237670000001");
            }
        }
    }

    /**
     * A preference as callers see it; the number is masked.
     *
     * @param destination null when the merchant has not said where
     */
    record View(
            String object,
            String merchant,
            Mode mode,
            ChargeView.@Nullable Wallet destination,
            @Nullable String updatedBy,
            @Nullable Instant updatedAt) {}

    static Reply<View> read(Tx tx, Call call) {
        Parameters.of(call).check();
        var merchant = Merchants.visible(tx, call);
        return Reply.ok(AccountsSql.preference(tx.handle(), merchant.id())
                .orElseGet(() -> new View("payout_preference", merchant.id(), Mode.MANUAL, null, null, null)));
    }

    @Override
    public Reply<View> run(Tx tx, Call call, Request request) {
        Parameters.of(call).check();
        var merchant = Merchants.visible(tx, call);
        var payee = routing.number(request.destination().msisdn())
                .orElseThrow(() -> Problem.invalidRequest(
                        List.of(new Fault("destination.msisdn", "invalid", "is a number for simulations only"))));
        var provider = provider(payee, request.destination().provider());
        if (MerchantRows.terms(tx.handle(), merchant.org(), "payout", provider, tx.now())
                .limit()
                .isEmpty()) {
            throw Problem.of(422, "provider_unsupported", "This provider pays nobody out at present")
                    .param("destination.provider");
        }
        var before = AccountsSql.preference(tx.handle(), merchant.id()).orElse(null);
        MerchantRows.prefer(
                tx.handle(),
                new PayoutPreference(
                        merchant.id(),
                        merchant.org(),
                        request.mode() == Mode.AUTOMATIC,
                        provider,
                        personalData.seal(payee, merchant.org())),
                call.caller().subject(),
                tx.now());
        var after = AccountsSql.preference(tx.handle(), merchant.id()).orElse(null);
        AuditLog.record(
                tx,
                call,
                new AuditLog.Change(merchant.org(), "payout_preference.changed", merchant.id(), before, after));
        return read(tx, call);
    }

    private String provider(Msisdn payee, @Nullable String named) {
        return switch (routing.route(payee, named)) {
            case WalletRouting.Route.To to -> to.provider().text();
            case WalletRouting.Route.Ambiguous ambiguous ->
                throw Problem.of(422, "provider_ambiguous", "The number does not tell its provider")
                        .detail("name destination.provider, one of: " + ambiguous.candidates())
                        .param("destination.provider");
            case WalletRouting.Route.Unsupported unsupported ->
                throw Problem.of(422, "provider_unsupported", "This provider is not served")
                        .detail("served at present: " + unsupported.served())
                        .param("destination.provider");
        };
    }
}
