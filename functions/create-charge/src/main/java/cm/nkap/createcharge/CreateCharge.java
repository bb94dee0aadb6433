package cm.nkap.createcharge;

import cm.nkap.events.ChargeEvent;
import cm.nkap.function.Call;
import cm.nkap.function.Command;
import cm.nkap.function.Fault;
import cm.nkap.function.Faults;
import cm.nkap.function.Problem;
import cm.nkap.function.Reply;
import cm.nkap.function.Role;
import cm.nkap.function.Step;
import cm.nkap.function.Tx;
import cm.nkap.function.Validated;
import cm.nkap.payments.AmountLimit;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ChargeRows;
import cm.nkap.payments.ChargeStatus;
import cm.nkap.payments.ChargeView;
import cm.nkap.payments.FeePlan;
import cm.nkap.payments.Ids;
import cm.nkap.payments.Merchant;
import cm.nkap.payments.MerchantRows;
import cm.nkap.payments.PersonalData;
import cm.nkap.payments.Terms;
import cm.nkap.payments.WalletRouting;
import cm.nkap.providers.Msisdn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes a payment of a customer for a merchant: writes the charge and says so. Asking the provider is somebody else's
 * work, started by the event; what the provider answers comes back to {@link SettleCharge}.
 */
final class CreateCharge implements Command<CreateCharge.Request, ChargeView> {
    private final WalletRouting routing;
    private final PersonalData personalData;
    private final Duration promptLife;

    CreateCharge(WalletRouting routing, PersonalData personalData, Duration promptLife) {
        this.routing = routing;
        this.personalData = personalData;
        this.promptLife = promptLife;
    }

    /**
     * @param amount whole francs
     * @param reference the caller's own name for the payment
     * @param merchant whom to pay; only a customer or the platform names it
     */
    record Request(
            long amount,
            String currency,
            Customer customer,
            String reference,
            @Nullable String description,
            @Nullable Map<String, String> metadata,
            @Nullable String merchant)
            implements Validated {

        /** @param provider wins over what the number's prefix says */
        record Customer(String msisdn, @Nullable String provider) {}

        @Override
        public void check(Faults faults) {
            if (amount <= 0) {
                faults.add("amount", "invalid", "must be a whole number of francs above zero");
            }
            if (!currency.equals(Charge.CURRENCY)) {
                faults.add("currency", "invalid", "must be XAF");
            }
            if (Msisdn.parse(customer.msisdn(), Msisdn.Rules.SIMULATOR).isEmpty()) {
                faults.add(
                        "customer.msisdn", "invalid", "must be a mobile number of Cameroon, for example 237670000001");
            }
            if (reference.isBlank() || reference.length() > 100) {
                faults.add("reference", "invalid", "must have 1 to 100 characters");
            }
            if (description != null && description.length() > 255) {
                faults.add("description", "too_long", "must have at most 255 characters");
            }
            if (metadata != null
                    && (metadata.size() > 20 || metadata.values().stream().anyMatch(v -> v.length() > 500))) {
                faults.add("metadata", "too_long", "must have at most 20 entries of at most 500 characters");
            }
        }
    }

    @Override
    public Reply<ChargeView> run(Tx tx, Call call, Request request) {
        Merchant merchant = merchant(tx, call, request.merchant());
        Msisdn payer = routing.number(request.customer().msisdn())
                .orElseThrow(() -> Problem.invalidRequest(
                        List.of(new Fault("customer.msisdn", "invalid", "is a number for simulations only"))));
        String provider = provider(payer, request.customer().provider());
        Terms terms = MerchantRows.terms(tx.handle(), merchant.org(), "charge", provider, tx.now());
        checkLimit(terms, request.amount());
        Charge charge = charge(tx, call, request, merchant, new Means(payer, provider, terms.fees()));
        ChargeRows.insert(tx.handle(), charge);
        tx.emit(
                charge.org(),
                new ChargeEvent.Created(charge.id(), charge.merchant(), provider, charge.amount(), Charge.CURRENCY));
        Step.reached("create-charge.before-commit");
        tx.afterCommit(() -> Step.reached("create-charge.after-commit"));
        return Reply.created(ChargeView.of(charge), "/v1/charges/" + charge.id());
    }

    /** Who pays, through whom, and what that costs. */
    private record Means(Msisdn payer, String provider, FeePlan plan) {}

    private Charge charge(Tx tx, Call call, Request request, Merchant merchant, Means means) {
        long fee = means.plan().on(request.amount());
        boolean byCustomer = call.caller().is(Role.CUSTOMER);
        return new Charge(
                Ids.next("ch"),
                merchant.org(),
                merchant.id(),
                ChargeStatus.PENDING,
                request.amount(),
                fee,
                request.amount() - fee,
                means.plan().id(),
                means.provider(),
                personalData.seal(means.payer(), merchant.org()),
                request.reference(),
                request.description(),
                request.metadata() == null ? Map.of() : request.metadata(),
                byCustomer ? call.caller().subject() : null,
                call.caller().subject(),
                null,
                null,
                call.traceId(),
                tx.now(),
                tx.now().plus(promptLife),
                null);
    }

    private static Merchant merchant(Tx tx, Call call, @Nullable String named) {
        boolean ofAnyone = call.caller().is(Role.CUSTOMER) || call.caller().is(Role.PLATFORM);
        Merchant merchant;
        if (named == null) {
            if (ofAnyone && !call.caller().is(Role.MERCHANT)) {
                throw Problem.invalidRequest(List.of(new Fault("merchant", "missing", "name the merchant to pay")));
            }
            merchant = MerchantRows.defaultOf(tx.handle(), call.caller().org())
                    .orElseThrow(() -> Problem.of(422, "merchant_missing", "Your organisation has no merchant yet"));
        } else {
            if (ofAnyone) {
                MerchantRows.orgOf(tx.handle(), named).ifPresent(org -> tx.actFor(List.of(org)));
            }
            merchant = MerchantRows.find(tx.handle(), named)
                    .orElseThrow(() -> Problem.notFound("merchant").param("merchant"));
        }
        if (!merchant.isActive()) {
            throw Problem.of(422, "merchant_suspended", "The merchant cannot be paid at present")
                    .param("merchant");
        }
        return merchant;
    }

    private String provider(Msisdn payer, @Nullable String named) {
        return switch (routing.route(payer, named)) {
            case WalletRouting.Route.To to -> to.provider().text();
            case WalletRouting.Route.Ambiguous ambiguous ->
                throw Problem.of(422, "provider_ambiguous", "The number does not tell its provider")
                        .detail("name customer.provider, one of: " + ambiguous.candidates())
                        .param("customer.provider");
            case WalletRouting.Route.Unsupported unsupported ->
                throw Problem.of(422, "provider_unsupported", "This provider is not served")
                        .detail("served at present: " + unsupported.served())
                        .param("customer.provider");
        };
    }

    private static void checkLimit(Terms terms, long amount) {
        AmountLimit limit = terms.limit()
                .orElseThrow(() -> Problem.of(422, "provider_unsupported", "This provider takes no charges")
                        .param("customer.provider"));
        if (amount > limit.most()) {
            throw Problem.of(422, "amount_too_large", "The amount is above the limit of one charge")
                    .detail("at most " + limit.most() + " XAF")
                    .param("amount");
        }
        if (amount < limit.least()) {
            throw Problem.of(422, "amount_too_small", "The amount is below the least of one charge")
                    .detail("at least " + limit.least() + " XAF")
                    .param("amount");
        }
    }
}
