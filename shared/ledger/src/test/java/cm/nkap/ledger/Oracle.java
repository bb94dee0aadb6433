package cm.nkap.ledger;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The ledger's rules once more, in memory and one journal at a time: what the database must answer. */
final class Oracle {
    private static final int FEWEST_LEGS = 2;

    /** A journal as it stands. */
    record Standing(long seq, Journal journal) {}

    /** One line of an account's history. */
    record Line(long version, long seq, long amount, long balanceAfter) {}

    private record Held(AccountType type, Long floor, long debits, long credits, long version, boolean closed) {
        long amount() {
            return growsByDebits() ? debits - credits : credits - debits;
        }

        boolean growsByDebits() {
            return type == AccountType.ASSET || type == AccountType.EXPENSE;
        }

        Held moved(long amount) {
            return new Held(
                    type, floor, debits + Math.max(amount, 0), credits + Math.max(-amount, 0), version + 1, closed);
        }

        Held shut() {
            return new Held(type, floor, debits, credits, version, true);
        }
    }

    private final Map<String, Held> accounts;
    private final Map<String, Standing> byKey;
    private final Set<Long> reversed;
    private final List<Standing> journals;
    private final LocalDate today;
    private LocalDate closedThrough;

    Oracle(LocalDate today) {
        this(new TreeMap<>(), new HashMap<>(), new HashSet<>(), new ArrayList<>(), today, LocalDate.MIN);
    }

    private Oracle(
            Map<String, Held> accounts,
            Map<String, Standing> byKey,
            Set<Long> reversed,
            List<Standing> journals,
            LocalDate today,
            LocalDate closedThrough) {
        this.accounts = accounts;
        this.byKey = byKey;
        this.reversed = reversed;
        this.journals = journals;
        this.today = today;
        this.closedThrough = closedThrough;
    }

    /** What a rollback goes back to. */
    Oracle copy() {
        return new Oracle(
                new TreeMap<>(accounts),
                new HashMap<>(byKey),
                new HashSet<>(reversed),
                new ArrayList<>(journals),
                today,
                closedThrough);
    }

    /** The SQLSTATE of the refusal, or {@code not refused}; one that is open already is found so. */
    String open(Account account) {
        Held held = accounts.get(account.name());
        if (held != null) {
            return held.closed() ? "L0006" : "not refused";
        }
        accounts.put(
                account.name(),
                new Held(account.type(), Objects.requireNonNullElse(account.floor(), Long.MIN_VALUE), 0, 0, 0, false));
        return "not refused";
    }

    String close(String account) {
        Held held = accounts.get(account);
        if (held == null) {
            return "42501";
        }
        if (held.amount() != 0) {
            return "L0007";
        }
        accounts.put(account, held.shut());
        return "not refused";
    }

    String closePeriod(LocalDate through) {
        if (!through.isBefore(today)) {
            return "L0008";
        }
        closedThrough = through.isAfter(closedThrough) ? through : closedThrough;
        return "not refused";
    }

    LocalDate today() {
        return today;
    }

    long amount(String account) {
        return Objects.requireNonNull(accounts.get(account)).amount();
    }

    /** What each account held after the journals that are counted; those it was never in hold nothing. */
    Map<String, Long> amounts(Predicate<Standing> counted) {
        Map<String, Long> amounts = new TreeMap<>();
        accounts.keySet().forEach(name -> amounts.put(name, 0L));
        for (Standing standing : journals) {
            if (counted.test(standing)) {
                standing.journal().postings().forEach(leg -> amounts.merge(leg.account(), growth(leg), Long::sum));
            }
        }
        return amounts;
    }

    List<Line> history(String account) {
        List<Line> lines = new ArrayList<>();
        long held = 0;
        for (Standing standing : journals) {
            for (Posting leg : standing.journal().postings()) {
                if (leg.account().equals(account)) {
                    held += growth(leg);
                    lines.add(new Line(lines.size() + 1L, standing.seq(), leg.amount(), held));
                }
            }
        }
        return lines;
    }

    private long growth(Posting leg) {
        return Objects.requireNonNull(accounts.get(leg.account())).growsByDebits() ? leg.amount() : -leg.amount();
    }

    List<Standing> journals() {
        return journals;
    }

    List<String> accounts() {
        return List.copyOf(accounts.keySet());
    }

    List<Balance> balances() {
        return accounts.entrySet().stream()
                .map(entry -> {
                    Held held = entry.getValue();
                    return new Balance(
                            entry.getKey(), held.type(), held.debits(), held.credits(), held.amount(), held.version());
                })
                .toList();
    }

    Verdict post(Journal journal) {
        Standing known = byKey.get(journal.key());
        if (known != null) {
            return same(known.journal(), journal)
                    ? new Verdict.Replayed(known.seq())
                    : new Verdict.KeyReused(known.seq());
        }
        if (!isJournal(journal)) {
            return new Verdict.Unbalanced();
        }
        LocalDate day = journal.effective();
        if (day != null && (day.isAfter(today) || !day.isAfter(closedThrough))) {
            return new Verdict.NotInPeriod();
        }
        for (Posting leg : journal.postings()) {
            Held held = accounts.get(leg.account());
            if (held == null) {
                return new Verdict.UnknownAccount(leg.account());
            }
            if (held.closed()) {
                return new Verdict.AccountClosed(leg.account());
            }
        }
        if (journal.reverses() != null) {
            if (reversed.contains(journal.reverses())) {
                return new Verdict.AlreadyReversed();
            }
            if (!undoes(journal, journal.reverses())) {
                return new Verdict.NotTheReversal();
            }
        }
        return move(journal);
    }

    private Verdict move(Journal journal) {
        Map<String, Held> after = new HashMap<>();
        for (Posting leg : journal.postings()) {
            Held held = after.getOrDefault(leg.account(), Objects.requireNonNull(accounts.get(leg.account())));
            after.put(leg.account(), held.moved(leg.amount()));
        }
        for (Posting leg : journal.postings()) {
            Held held = Objects.requireNonNull(after.get(leg.account()));
            boolean gives = held.growsByDebits() == (leg.amount() < 0);
            if (gives && held.amount() < held.floor()) {
                return new Verdict.InsufficientFunds(leg.account());
            }
        }
        accounts.putAll(after);
        Standing standing = new Standing(journals.size() + 1L, journal);
        journals.add(standing);
        byKey.put(journal.key(), standing);
        if (journal.reverses() != null) {
            reversed.add(journal.reverses());
        }
        return new Verdict.Posted(standing.seq());
    }

    private boolean undoes(Journal journal, long target) {
        if (target > journals.size()) {
            return false;
        }
        List<Posting> both = new ArrayList<>(journal.postings());
        both.addAll(journals.get((int) target - 1).journal().postings());
        return net(both).values().stream().allMatch(net -> net == 0);
    }

    private static boolean isJournal(Journal journal) {
        long sum = journal.postings().stream().mapToLong(Posting::amount).sum();
        return journal.postings().size() >= FEWEST_LEGS
                && sum == 0
                && net(journal.postings()).values().stream().noneMatch(net -> net == 0);
    }

    private static Map<String, Long> net(List<Posting> legs) {
        Map<String, Long> net = new HashMap<>();
        legs.forEach(leg -> net.merge(leg.account(), leg.amount(), Long::sum));
        return net;
    }

    private static boolean same(Journal one, Journal other) {
        return one.kind().equals(other.kind())
                && one.tenant().equals(other.tenant())
                && Objects.equals(one.payment(), other.payment())
                && Objects.equals(one.reverses(), other.reverses())
                && Objects.equals(one.effective(), other.effective())
                && one.postings().equals(other.postings());
    }
}
