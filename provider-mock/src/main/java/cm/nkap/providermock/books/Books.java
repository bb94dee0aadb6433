package cm.nkap.providermock.books;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The provider's own books: one merchant wallet, every subscriber's wallet, every payment. Money only moves between
 * them, so their sum with what the bank brought in never changes. Amounts are whole XAF. Every method is atomic.
 */
public final class Books implements AutoCloseable {
    private static final long FIRST_TRANSACTION = 20_000_000_000L;

    /**
     * How the books start.
     *
     * @param file where they are kept, or null for memory only; a kept opening balance wins over this one
     * @param collectionFeeBasisPoints fee on each collection in 1/10000, rounded down (1 % was seen in real files)
     */
    public record Terms(@Nullable Path file, long opening, int collectionFeeBasisPoints) {}

    private final Terms terms;
    private final InstantSource clock;
    private BookFile file = BookFile.nowhere();
    private final Map<String, Payment> payments = new LinkedHashMap<>();
    private final Map<String, Wallet> wallets = new HashMap<>();
    private final Map<String, Long> refundedOf = new HashMap<>();
    private final List<TopUp> topUps = new ArrayList<>();
    private Totals totals = Totals.opened(0);
    private long lastTransaction = FIRST_TRANSACTION;
    private boolean opened;

    private Books(Terms terms, InstantSource clock) {
        this.terms = terms;
        this.clock = clock;
    }

    public static Books open(Terms terms, InstantSource clock) {
        Books books = new Books(terms, clock);
        books.readOrOpen();
        return books;
    }

    private synchronized void readOrOpen() {
        if (terms.file() != null) {
            file = BookFile.open(terms.file(), this::apply);
        }
        if (!opened) {
            record(new Entry.Opened(terms.opening(), clock.instant()));
        }
    }

    /** False when the reference is already known: nothing changes then, whatever the order says. */
    public synchronized boolean accept(Order order) {
        if (payments.containsKey(order.reference())) {
            return false;
        }
        record(new Entry.Accepted(order));
        return true;
    }

    /**
     * Moves the money of an accepted payment once; a repeat returns what is. A disbursement beyond the wallet fails
     * with NOT_ENOUGH_FUNDS, a refund beyond its collection with NOT_ALLOWED.
     */
    public synchronized Optional<Payment> pay(String reference) {
        Payment payment = payments.get(reference);
        if (payment == null || payment.state() instanceof Payment.Paid) {
            return Optional.ofNullable(payment);
        }
        Order order = payment.order();
        if (!order.kind().collects() && order.amount() > totals.balance()) {
            return fail(reference, "NOT_ENOUGH_FUNDS");
        }
        if (order.kind() == Kind.REFUND && order.amount() > refundable(order)) {
            return fail(reference, "NOT_ALLOWED");
        }
        long fee = order.kind().collects() ? order.amount() * terms.collectionFeeBasisPoints() / 10_000 : 0;
        record(new Entry.PaidOut(reference, lastTransaction + 1, fee, clock.instant()));
        return find(reference);
    }

    private long refundable(Order refund) {
        Payment collection = payments.get(refund.refundOf());
        if (collection == null || !(collection.state() instanceof Payment.Paid)) {
            return 0;
        }
        return collection.order().amount()
                - refundedOf.getOrDefault(collection.order().reference(), 0L);
    }

    /** A paid payment stays paid. */
    public synchronized Optional<Payment> fail(String reference, String reason) {
        Payment payment = payments.get(reference);
        if (payment != null && payment.state() instanceof Payment.Pending) {
            record(new Entry.Refused(reference, reason, clock.instant()));
        }
        return find(reference);
    }

    public synchronized TopUp topUp(long amount, String reference) {
        TopUp topUp = new TopUp(amount, reference, lastTransaction + 1, clock.instant());
        record(new Entry.ToppedUp(topUp));
        return topUp;
    }

    /** Forgets everything and opens again with the configured balance. */
    public synchronized void reset() {
        file.clear();
        payments.clear();
        wallets.clear();
        refundedOf.clear();
        topUps.clear();
        lastTransaction = FIRST_TRANSACTION;
        record(new Entry.Opened(terms.opening(), clock.instant()));
    }

    public synchronized Optional<Payment> find(String reference) {
        return Optional.ofNullable(payments.get(reference));
    }

    /** All payments, oldest first. */
    public synchronized List<Payment> payments() {
        return List.copyOf(payments.values());
    }

    public synchronized List<TopUp> topUps() {
        return List.copyOf(topUps);
    }

    public synchronized Wallet wallet(String msisdn) {
        return wallets.getOrDefault(msisdn, Wallet.untouched(msisdn));
    }

    public synchronized List<Wallet> wallets() {
        return List.copyOf(wallets.values());
    }

    public synchronized Totals totals() {
        return totals;
    }

    /** What the merchant's wallet holds now, whole XAF. */
    public long balance() {
        return totals().balance();
    }

    private void record(Entry entry) {
        file.append(entry);
        apply(entry);
    }

    private void apply(Entry entry) {
        switch (entry) {
            case Entry.Opened(long opening, var _) -> {
                totals = Totals.opened(opening);
                opened = true;
            }
            case Entry.Accepted(Order order) ->
                payments.put(order.reference(), new Payment(order, new Payment.Pending()));
            case Entry.PaidOut(String reference, long transaction, long fee, var at) -> {
                lastTransaction = transaction;
                Payment paid = require(reference).with(new Payment.Paid(transaction, fee, at));
                payments.put(reference, paid);
                move(paid.order(), fee);
            }
            case Entry.Refused(String reference, String reason, var at) ->
                payments.put(reference, require(reference).with(new Payment.Failed(reason, at)));
            case Entry.ToppedUp(TopUp topUp) -> {
                lastTransaction = topUp.transaction();
                topUps.add(topUp);
                totals = totals.toppedUp(topUp.amount());
            }
        }
    }

    private Payment require(String reference) {
        Payment payment = payments.get(reference);
        if (payment == null) {
            throw new IllegalStateException("the books name a payment that was never accepted: " + reference);
        }
        return payment;
    }

    private void move(Order order, long fee) {
        Wallet wallet = wallet(order.msisdn());
        long amount = order.amount();
        wallets.put(order.msisdn(), order.kind().collects() ? wallet.pays(amount) : wallet.receives(amount));
        totals = switch (order.kind()) {
            case REQUEST_TO_PAY, REQUEST_TO_WITHDRAW -> totals.collected(amount, fee);
            case TRANSFER, DEPOSIT -> totals.disbursed(amount);
            case REFUND -> totals.refunded(amount);
        };
        if (order.kind() == Kind.REFUND && order.refundOf() != null) {
            refundedOf.merge(order.refundOf(), amount, Long::sum);
        }
    }

    @Override
    public synchronized void close() {
        file.close();
    }
}
