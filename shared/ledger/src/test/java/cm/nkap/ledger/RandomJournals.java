package cm.nkap.ledger;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Journals of every kind that callers make, right and wrong; the same seed makes the same ones. */
final class RandomJournals {
    /** A journal this young may be of the same call, whose numbers a caller cannot know yet. */
    static final int LARGEST_BATCH = 24;

    private final Random random;
    private final List<String> accounts = new ArrayList<>();
    private final List<String> holds = new ArrayList<>();
    private final List<Journal> made = new ArrayList<>();
    private int count;

    RandomJournals(Random random) {
        this.random = random;
    }

    /** Accounts of every type, with and without a floor, above and below zero. */
    Account account() {
        List<AccountType> types = List.of(AccountType.values());
        AccountType type = types.get(random.nextInt(types.size()));
        Long floor = List.of(0L, 0L, -500L).get(random.nextInt(3));
        String name = "account:" + accounts.size();
        accounts.add(name);
        return new Account(name, type, random.nextBoolean() ? floor : null, Account.PLATFORM);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** A hold is an account of its own that never goes below zero. */
    Account hold() {
        String name = "escrow:" + accounts.size();
        accounts.add(name);
        holds.add(name);
        return new Account(name, AccountType.LIABILITY, 0L, Account.PLATFORM);
    }

    /** One to close, most often one that holds nothing. */
    String toClose(Oracle oracle) {
        List<String> empty = oracle.accounts().stream()
                .filter(name -> oracle.amount(name) == 0)
                .toList();
        return random.nextInt(4) == 0 || empty.isEmpty() ? any() : empty.get(random.nextInt(empty.size()));
    }

    /** A day of the last months, today or later. */
    LocalDate day(Oracle oracle) {
        return oracle.today().plusDays(2 - random.nextInt(60));
    }

    /** @param oracle what stands in the books, to be reversed, repeated or captured */
    Journal next(Oracle oracle) {
        Journal journal = undated(oracle);
        if (random.nextInt(8) == 0) {
            journal = journal.withEffective(day(oracle));
        }
        made.add(journal);
        return journal;
    }

    private Journal undated(Oracle oracle) {
        List<Oracle.Standing> standing = oracle.journals();
        return switch (random.nextInt(23)) {
            case 0, 1 -> repeated();
            case 2 -> sameKeyOtherContent();
            case 3, 4 -> reversal(standing);
            case 5 -> crookedReversal(standing);
            case 6 -> crooked();
            case 7 -> toNobody();
            case 8, 9, 10 -> manyLegs();
            case 11 -> huge();
            case 12, 13, 14 -> ofHold(oracle);
            default -> move(1L + random.nextInt(400));
        };
    }

    /** Placed, captured in part, released whole, or captured by one franc more than there is. */
    private Journal ofHold(Oracle oracle) {
        if (holds.isEmpty()) {
            return move(10);
        }
        String hold = holds.get(random.nextInt(holds.size()));
        long held = oracle.accounts().contains(hold) ? oracle.amount(hold) : 0;
        long out =
                switch (random.nextInt(4)) {
                    case 0 -> held;
                    case 1 -> held + 1;
                    case 2 -> 1 + held / 2;
                    default -> 0;
                };
        return out > 0
                ? of(
                        key(),
                        List.of(
                                Posting.debit(hold, Math.min(out, Posting.MOST)),
                                Posting.credit(any(), Math.min(out, Posting.MOST))))
                : of(key(), List.of(Posting.debit(any(), 300), Posting.credit(hold, 300)));
    }

    private String key() {
        return "key-" + ++count;
    }

    private String any() {
        return accounts.get(random.nextInt(accounts.size()));
    }

    private Journal of(String key, List<Posting> legs) {
        String payment = random.nextInt(3) == 0 ? "ch_" + random.nextInt(20) : null;
        return new Journal(key, "kind" + random.nextInt(3), Account.PLATFORM, payment, legs);
    }

    private Journal move(long amount) {
        return of(key(), List.of(Posting.debit(any(), amount), Posting.credit(any(), amount)));
    }

    private Journal huge() {
        return move(Posting.MOST - random.nextInt(3));
    }

    private Journal manyLegs() {
        List<Posting> legs = new ArrayList<>();
        int size = 2 + random.nextInt(6);
        long net = 0;
        for (int i = 0; i < size; i++) {
            long amount = (1L + random.nextInt(200)) * (random.nextBoolean() ? 1 : -1);
            legs.add(new Posting(any(), amount));
            net += amount;
        }
        if (net != 0) {
            legs.add(random.nextInt(legs.size() + 1), new Posting(any(), -net));
        }
        return of(key(), legs);
    }

    private Journal crooked() {
        return switch (random.nextInt(3)) {
            case 0 -> of(key(), List.of());
            case 1 -> of(key(), List.of(Posting.debit(any(), 7)));
            default -> of(key(), List.of(Posting.debit(any(), 7), Posting.credit(any(), 8)));
        };
    }

    private Journal toNobody() {
        return of(key(), List.of(Posting.debit(any(), 5), Posting.credit("account:nobody:" + random.nextInt(9), 5)));
    }

    private Journal repeated() {
        // most often one of the latest: refused just now, or of the same call
        int from = random.nextBoolean() ? Math.max(0, made.size() - 10) : 0;
        return made.isEmpty() ? move(10) : made.get(from + random.nextInt(made.size() - from));
    }

    private Journal sameKeyOtherContent() {
        String key = repeated().key();
        return of(key, move(1L + random.nextInt(9)).postings());
    }

    private Journal reversal(List<Oracle.Standing> standing) {
        int settled = standing.size() - LARGEST_BATCH;
        if (settled <= 0) {
            return move(10);
        }
        Oracle.Standing target = standing.get(random.nextInt(settled));
        return Books.reversal(key(), target.journal(), target.seq());
    }

    private Journal crookedReversal(List<Oracle.Standing> standing) {
        int settled = Math.max(1, standing.size() - LARGEST_BATCH);
        Journal wrong = move(3);
        long target = random.nextInt(4) == 0 ? Long.MAX_VALUE : 1 + random.nextInt(settled);
        return Books.reversal(wrong.key(), wrong, target);
    }
}
