package cm.nkap.payments;

/** Why a payment failed, in our words: a code for programs and a sentence for people. */
public record Failure(String code, String message) {}
