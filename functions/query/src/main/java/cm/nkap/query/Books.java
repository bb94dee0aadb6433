package cm.nkap.query;

import cm.nkap.function.Call;
import cm.nkap.function.Page;
import cm.nkap.function.Parameters;
import cm.nkap.function.Problem;
import cm.nkap.function.Reply;
import cm.nkap.function.Tx;
import cm.nkap.ledger.Balance;
import cm.nkap.ledger.Ledger;
import cm.nkap.ledger.PostedJournal;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.providers.ProviderName;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the ledger holds: merchants' balances, journals, floats. */
final class Books {
    private static final String FIRST_JOURNAL = "jn_";

    private final Ledger ledger;

    Books(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * What a merchant has, whole francs.
     *
     * @param payable what we owe it
     * @param reserved what its queued payouts have a claim on
     * @param available what a new payout may take
     */
    record BalanceView(
            String object,
            String merchant,
            String account,
            String currency,
            long payable,
            long reserved,
            long available) {}

    /**
     * Our money at a provider, whole francs.
     *
     * @param suspense the part that nobody can explain yet
     * @param queued what waiting payouts need of it
     */
    record FloatView(
            String object,
            String provider,
            String account,
            String currency,
            long balance,
            long suspense,
            long queued) {}

    Reply<Page<BalanceView>> balances(Tx tx, Call call) {
        var asked = Parameters.of(call);
        int limit = asked.limit();
        var after = asked.startingAfter("mer");
        var merchant = asked.id("merchant", "mer");
        asked.check();

        var org = Sight.of(tx, call.caller()).org();
        var claims = QuerySql.claims(tx.handle(), new QuerySql.Merchants(org, merchant, after), limit + 1);
        if (merchant != null && claims.isEmpty()) {
            throw Problem.notFound("merchant").param("merchant");
        }
        var held = amounts(
                tx,
                claims.stream()
                        .map(claim -> ChartOfAccounts.payable(claim.merchant()))
                        .toList());
        return Reply.ok(
                Page.of(claims.stream().map(claim -> balance(claim, held)).toList(), limit));
    }

    private static BalanceView balance(QuerySql.Claim claim, Map<String, Long> held) {
        String account = ChartOfAccounts.payable(claim.merchant());
        long payable = held.getOrDefault(account, 0L);
        return new BalanceView(
                "balance",
                claim.merchant(),
                account,
                Charge.CURRENCY,
                payable,
                claim.reserved(),
                Math.subtractExact(payable, claim.reserved()));
    }

    Reply<Page<JournalView>> journals(Tx tx, Call call) {
        var asked = Parameters.of(call);
        int limit = asked.limit();
        var after = asked.startingAfter("jn");
        var payment = asked.id("payment", "ch", "po");
        if (payment == null && !call.caller().isStaff() && call.query("payment") == null) {
            asked.missing("payment", "name the payment whose journals you want");
        }
        long before = before(asked, after);
        asked.check();

        var sight = Sight.of(tx, call.caller());
        var found = payment == null
                ? ledger.journals(tx.handle(), before, limit + 1)
                : ofPayment(tx, sight, payment, before);
        return Reply.ok(Page.of(
                found.stream()
                        .filter(journal -> sight.coversOrg(journal.tenant()))
                        .map(JournalView::of)
                        .toList(),
                limit));
    }

    private static long before(Parameters asked, @Nullable String after) {
        if (after == null) {
            return Long.MAX_VALUE;
        }
        try {
            return Long.parseLong(after.substring(FIRST_JOURNAL.length()));
        } catch (NumberFormatException _) {
            asked.invalid("starting_after", "must be the id of a journal");
            return Long.MAX_VALUE;
        }
    }

    /** Newest first, as every list; a payment has a handful of journals, so they are all read. */
    private List<PostedJournal> ofPayment(Tx tx, Sight sight, String payment, long before) {
        if (payment.startsWith("ch_")) {
            Payments.visibleCharge(tx, sight, payment);
        } else {
            Payments.visiblePayout(tx, sight, payment);
        }
        return ledger.journalsOf(tx.handle(), payment).reversed().stream()
                .filter(journal -> journal.seq() < before)
                .toList();
    }

    Reply<Page<FloatView>> floats(Tx tx, Call call) {
        var asked = Parameters.of(call);
        int limit = asked.limit();
        var providers = Arrays.stream(ProviderName.values())
                .map(ProviderName::text)
                .sorted()
                .toList();
        var after = asked.oneOf("starting_after", providers);
        asked.check();

        var held = amounts(
                tx,
                providers.stream()
                        .flatMap(provider ->
                                Stream.of(ChartOfAccounts.floatAt(provider), ChartOfAccounts.suspense(provider)))
                        .toList());
        var queued = QuerySql.queuedByProvider(tx.handle());
        var floats = providers.stream()
                .filter(provider -> after == null || provider.compareTo(after) > 0)
                .map(provider -> new FloatView(
                        "float",
                        provider,
                        ChartOfAccounts.floatAt(provider),
                        Charge.CURRENCY,
                        held.getOrDefault(ChartOfAccounts.floatAt(provider), 0L),
                        held.getOrDefault(ChartOfAccounts.suspense(provider), 0L),
                        queued.getOrDefault(provider, 0L)))
                .toList();
        return Reply.ok(Page.of(floats, limit));
    }

    private Map<String, Long> amounts(Tx tx, Collection<String> accounts) {
        return ledger.balances(tx.handle(), accounts).stream()
                .collect(Collectors.toMap(Balance::account, Balance::amount));
    }
}
