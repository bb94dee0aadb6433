package cm.nkap.payments;

/** What one operation may move, whole francs, both ends included. */
public record AmountLimit(long least, long most) {}
