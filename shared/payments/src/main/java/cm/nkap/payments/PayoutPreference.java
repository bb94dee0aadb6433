package cm.nkap.payments;

/** How and where a merchant wants its money. */
public record PayoutPreference(String merchant, String org, boolean automatic, String provider, SealedNumber payee) {}
