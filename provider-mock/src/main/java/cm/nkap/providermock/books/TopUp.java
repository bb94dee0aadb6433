package cm.nkap.providermock.books;

import java.time.Instant;

/** Whole XAF that the bank added to the merchant's wallet, with the bank's reference. */
public record TopUp(long amount, String reference, long transaction, Instant at) {}
