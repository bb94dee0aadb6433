package cm.nkap.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** Runs a program on a database and on the {@link Oracle} side by side, and stops where they differ. */
final class ProgramRun {
    static final ZoneId DOUALA = ZoneId.of("Africa/Douala");

    private final Books books;
    private final Set<Class<?>> met = new HashSet<>();
    private Oracle oracle;

    private ProgramRun(Books books, LocalDate today) {
        this.books = books;
        this.oracle = new Oracle(today);
    }

    /**
     * @param difference none when the ledger did as it must
     * @param steps how many were run until then
     * @param met the kinds of verdicts that it gave
     */
    record Outcome(Optional<String> difference, int steps, Set<Class<?>> met) {}

    /** @param mischief done to the database after each step, to see that it is noticed */
    static Outcome of(List<Step> program, LocalDate today, Consumer<Handle> mischief) {
        Books books = new Books();
        try {
            ProgramRun run = new ProgramRun(books, today);
            Optional<String> difference = Optional.empty();
            int steps = 0;
            while (steps < program.size() && difference.isEmpty()) {
                Step step = program.get(steps++);
                difference = run.step(step).map(text -> step.rows().getFirst() + "\n" + text);
                books.admin(admin -> {
                    mischief.accept(admin);
                    return true;
                });
            }
            return new Outcome(difference.isPresent() ? difference : run.atTheEnd(), steps, run.met);
        } finally {
            books.discard();
        }
    }

    private Optional<String> step(Step step) {
        return switch (step) {
            case Step.Open(Account account) ->
                difference("opening", oracle.open(account), refusal(tx -> books.ledger.open(tx, List.of(account))));
            case Step.Close(String account) ->
                difference("closing", oracle.close(account), refusal(tx -> books.ledger.close(tx, List.of(account))));
            case Step.ClosePeriod(LocalDate through) ->
                difference(
                        "closing", oracle.closePeriod(through), refusal(tx -> books.ledger.closePeriod(tx, through)));
            case Step.Call call -> call(call);
            case Step.Look look -> look(look);
        };
    }

    private Optional<String> call(Step.Call call) {
        Oracle after = oracle.copy();
        List<Verdict> expected = call.journals().stream().map(after::post).toList();
        expected.forEach(verdict -> met.add(verdict.getClass()));
        Handle session = books.session();
        session.begin();
        Books.see(session, Books.EVERY_TENANT);
        List<Verdict> actual = books.ledger.post(session, call.journals());
        if (call.kept()) {
            session.commit();
            oracle = after;
        } else {
            session.rollback();
        }
        for (int i = 0; i < expected.size(); i++) {
            if (!expected.get(i).equals(actual.get(i))) {
                return difference("verdict on " + call.journals().get(i).key(), expected.get(i), actual.get(i));
            }
        }
        return difference("balances", oracle.balances(), balances());
    }

    private Optional<String> look(Step.Look look) {
        Map<Long, Instant> posted = postedAt();
        if (posted.isEmpty()) {
            return Optional.empty();
        }
        Instant chosen = posted.get(Math.max(1L, Math.round(look.when() * posted.size())));
        Instant moment = Objects.requireNonNull(chosen);
        for (Instant at : List.of(moment.minusNanos(1_000), moment, moment.plusNanos(1_000), Instant.EPOCH)) {
            Optional<String> difference = difference(
                    "balances at " + at,
                    oracle.amounts(standing ->
                            !Objects.requireNonNull(posted.get(standing.seq())).isAfter(at)),
                    read(tx -> books.ledger.balancesAt(tx, oracle.accounts(), at)));
            if (difference.isPresent()) {
                return difference;
            }
        }
        Optional<String> difference = difference(
                "balances on " + look.day(),
                oracle.amounts(standing -> !day(standing, posted).isAfter(look.day())),
                read(tx -> books.ledger.balancesOn(tx, oracle.accounts(), look.day())));
        String account =
                oracle.accounts().get((int) (look.when() * oracle.accounts().size()));
        return difference.isPresent()
                ? difference
                : difference(
                        "statement of " + account, oracle.history(account), statement(account, look.page(), posted));
    }

    private static LocalDate day(Oracle.Standing standing, Map<Long, Instant> posted) {
        LocalDate effective = standing.journal().effective();
        Instant at = Objects.requireNonNull(posted.get(standing.seq()));
        return effective == null ? LocalDate.ofInstant(at, DOUALA) : effective;
    }

    /** Page by page, each line compared with its journal as well. */
    private List<Oracle.Line> statement(String account, int page, Map<Long, Instant> posted) {
        List<Oracle.Line> lines = new ArrayList<>();
        while (true) {
            long after = lines.size();
            List<StatementLine> next =
                    books.in(Books.EVERY_TENANT, tx -> books.ledger.statement(tx, account, after, page));
            for (StatementLine line : next) {
                Oracle.Standing standing = oracle.journals().get((int) line.seq() - 1);
                boolean same = standing.journal().key().equals(line.key())
                        && standing.journal().kind().equals(line.kind())
                        && Objects.equals(standing.journal().payment(), line.payment())
                        && line.postedAt().equals(posted.get(line.seq()))
                        && line.effective().equals(day(standing, posted));
                lines.add(new Oracle.Line(same ? line.version() : -1, line.seq(), line.amount(), line.balanceAfter()));
            }
            if (next.size() < page) {
                return lines;
            }
        }
    }

    private Optional<String> atTheEnd() {
        List<String> faults = books.admin(Soundness::faults);
        return faults.isEmpty()
                ? difference("journals", oracle.journals(), StoredPrograms.journals(books))
                : Optional.of(faults.toString());
    }

    private Map<Long, Instant> postedAt() {
        return books.admin(admin -> {
            Map<Long, Instant> times = new TreeMap<>();
            admin.createQuery("SELECT seq, posted_at FROM ledger.journal")
                    .map((row, context) -> Map.entry(
                            row.getLong("seq"), row.getTimestamp("posted_at").toInstant()))
                    .forEach(entry -> times.put(entry.getKey(), entry.getValue()));
            return times;
        });
    }

    private Map<String, Long> read(Function<Handle, Map<String, Long>> reading) {
        return new TreeMap<>(books.in(Books.EVERY_TENANT, reading::apply));
    }

    private List<Balance> balances() {
        return books.in(Books.EVERY_TENANT, tx -> books.ledger.balances(tx, oracle.accounts()));
    }

    private String refusal(Consumer<Handle> work) {
        return ProtectionTest.stateOf(() -> books.in(Books.EVERY_TENANT, tx -> {
            work.accept(tx);
            return true;
        }));
    }

    private static Optional<String> difference(String what, Object expected, Object actual) {
        return expected.equals(actual)
                ? Optional.empty()
                : Optional.of(what + "\n  expected " + expected + "\n  answered " + actual);
    }
}
