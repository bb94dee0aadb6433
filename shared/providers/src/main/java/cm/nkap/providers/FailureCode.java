package cm.nkap.providers;

import java.util.Locale;

/**
 * Why a provider definitely did not move money, in one vocabulary for all providers (ours, by the providers' published
 * codes). It is what a merchant reads in {@code failure.code}; the provider's own word stays in the evidence.
 */
public enum FailureCode {
    PAYER_NOT_FOUND("The payer's number has no wallet."),
    RECIPIENT_NOT_FOUND("The recipient's number has no wallet."),
    INSUFFICIENT_BALANCE("There is not enough money in the paying wallet."),
    LIMIT_REACHED("A limit of the wallet or of the regulator is reached."),
    DECLINED_BY_PAYER("The payer declined the payment."),
    PAYER_TIMEOUT("The payer did not approve in time."),
    NOT_ALLOWED("The state of the account does not allow the payment."),
    PROVIDER_DECLINED_UNSPECIFIED("The provider declined without giving a usable reason."),
    PROVIDER_UNAVAILABLE("The provider could not perform the payment."),
    /** Our set-up at the provider is wrong; an operator has to look. */
    CONFIG_ERROR("The payment could not be made for a technical reason.");

    private final String description;

    FailureCode(String description) {
        this.description = description;
    }

    /** The code on the wire: {@code "insufficient_balance"}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** One sentence that may be shown to a merchant. */
    public String description() {
        return description;
    }
}
