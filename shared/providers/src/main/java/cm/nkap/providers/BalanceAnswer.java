package cm.nkap.providers;

/** What a provider says our float is. */
public sealed interface BalanceAnswer {
    /** What to keep in the log. */
    Exchange evidence();

    /** Whole XAF; {@code currency} as in {@link StatusAnswer.Succeeded}. */
    record Available(long amount, String currency, Exchange evidence) implements BalanceAnswer {}

    /** No usable answer. */
    record Unavailable(String reason, Exchange evidence) implements BalanceAnswer {}
}
