package cm.nkap.payout;

import cm.nkap.function.Call;
import cm.nkap.function.Command;
import cm.nkap.function.Fault;
import cm.nkap.function.Faults;
import cm.nkap.function.Problem;
import cm.nkap.function.Reply;
import cm.nkap.function.Step;
import cm.nkap.function.Tx;
import cm.nkap.function.Validated;
import cm.nkap.payments.AmountLimit;
import cm.nkap.payments.Charge;
import cm.nkap.payments.FeePlan;
import cm.nkap.payments.Ids;
import cm.nkap.payments.Merchant;
import cm.nkap.payments.MerchantRows;
import cm.nkap.payments.Payout;
import cm.nkap.payments.PayoutPreference;
import cm.nkap.payments.PayoutRows;
import cm.nkap.payments.PayoutStatus;
import cm.nkap.payments.PayoutView;
import cm.nkap.payments.PersonalData;
import cm.nkap.payments.SealedNumber;
import cm.nkap.payments.Terms;
import cm.nkap.payments.WalletRouting;
import cm.nkap.providers.Msisdn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pays a merchant's balance out. The money leaves the balance before the provider is asked; when our float there is
 * short the payout waits as {@code queued} and nothing is posted, but its amount is spoken for.
 */
final class CreatePayout implements Command<CreatePayout.Request, PayoutView> {
    private final WalletRouting routing;
    private final PersonalData personalData;
    private final PayoutBooks books;

    CreatePayout(WalletRouting routing, PersonalData personalData, PayoutBooks books) {
        this.routing = routing;
        this.personalData = personalData;
        this.books = books;
    }

    /**
     * @param amount whole francs that the wallet receives; the fee is taken from the balance on top
     * @param destination the merchant's preference when it is absent
     */
    record Request(long amount, String currency, @Nullable Destination destination, String reference)
            implements Validated {

        /** @param provider wins over what the number's prefix says */
        record Destination(@Nullable String provider, String msisdn) {}

        @Override
        public void check(Faults faults) {
            if (amount <= 0) {
                faults.add("amount", "invalid", "must be a whole number of francs above zero");
            }
            if (!currency.equals(Charge.CURRENCY)) {
                faults.add("currency", "invalid", "must be XAF");
            }
            if (destination != null
                    && Msisdn.parse(destination.msisdn(), Msisdn.Rules.SIMULATOR)
                            .isEmpty()) {
                faults.add(
                        "destination.msisdn",
                        "invalid",
                        "must be a mobile number of Cameroon, for example 237670000001");
            }
            if (reference.isBlank() || reference.length() > 100) {
                faults.add("reference", "invalid", "must have 1 to 100 characters");
            }
        }
    }

    private record Wallet(String provider, SealedNumber number) {}

    @Override
    public Reply<PayoutView> run(Tx tx, Call call, Request request) {
        Merchant merchant = MerchantRows.defaultOf(tx.handle(), call.caller().org())
                .orElseThrow(() -> Problem.of(422, "merchant_missing", "Your organisation has no merchant yet"));
        Wallet wallet =
                request.destination() == null ? preferred(tx, merchant) : wallet(request.destination(), merchant.org());
        Terms terms = MerchantRows.terms(tx.handle(), merchant.org(), "payout", wallet.provider(), tx.now());
        checkLimit(terms, request.amount());
        FeePlan plan = terms.fees();
        Payout payout = new Payout(
                Ids.next("po"),
                merchant.org(),
                merchant.id(),
                PayoutStatus.QUEUED,
                request.amount(),
                plan.on(request.amount()),
                plan.id(),
                wallet.provider(),
                wallet.number(),
                request.reference(),
                null,
                null,
                PayoutBooks.FLOAT_SHORT,
                call.caller().subject(),
                null,
                null,
                call.traceId(),
                tx.now(),
                null);
        Payout made = take(tx, payout);
        PayoutRows.insert(tx.handle(), List.of(made));
        PayoutBooks.announce(tx, made);
        Step.reached("payout.before-commit");
        tx.afterCommit(() -> Step.reached("payout.after-commit"));
        return Reply.created(PayoutView.of(made), "/v1/payouts/" + made.id());
    }

    /** Behind the merchant's lock, so that two payouts cannot count on the same francs. */
    private Payout take(Tx tx, Payout payout) {
        MerchantRows.lock(tx.handle(), List.of(payout.merchant()));
        long available = books.free(tx.handle(), payout.merchant());
        if (available < payout.taken()) {
            throw insufficientFunds(available);
        }
        return switch (books.take(tx.handle(), List.of(payout)).getFirst()) {
            case PayoutBooks.Taken.Posted posted -> posted.payout();
            case PayoutBooks.Taken.FloatShort queued -> queued.payout();
            case PayoutBooks.Taken.MerchantShort _ -> throw insufficientFunds(available);
        };
    }

    private static Problem insufficientFunds(long available) {
        return Problem.of(422, "insufficient_funds", "The balance does not cover the payout and its fee")
                .detail("available: " + Math.max(0, available) + " XAF")
                .param("amount");
    }

    private Wallet preferred(Tx tx, Merchant merchant) {
        PayoutPreference preference = MerchantRows.preferences(tx.handle(), List.of(merchant.id())).stream()
                .findFirst()
                .orElseThrow(
                        () -> Problem.of(422, "destination_missing", "There is no payout preference to fall back on")
                                .detail("name destination, or set the merchant's payout preference")
                                .param("destination"));
        return new Wallet(preference.provider(), preference.payee());
    }

    private Wallet wallet(Request.Destination destination, String org) {
        Msisdn number = routing.number(destination.msisdn())
                .orElseThrow(() -> Problem.invalidRequest(
                        List.of(new Fault("destination.msisdn", "invalid", "is a number for simulations only"))));
        return switch (routing.route(number, destination.provider())) {
            case WalletRouting.Route.To to -> new Wallet(to.provider().text(), personalData.seal(number, org));
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

    private static void checkLimit(Terms terms, long amount) {
        AmountLimit limit = terms.limit()
                .orElseThrow(() -> Problem.of(422, "provider_unsupported", "This provider makes no payouts")
                        .param("destination.provider"));
        if (amount > limit.most()) {
            throw Problem.of(422, "amount_too_large", "The amount is above the limit of one payout")
                    .detail("at most " + limit.most() + " XAF")
                    .param("amount");
        }
        if (amount < limit.least()) {
            throw Problem.of(422, "amount_too_small", "The amount is below the least of one payout")
                    .detail("at least " + limit.least() + " XAF")
                    .param("amount");
        }
    }
}
