package cm.nkap.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Runs a table of what is asked of a ledger and what it answers; two spaces or more part the columns, amounts are whole
 * francs, debits stand left of the arrow.
 *
 * <pre>
 * open     float:mtn asset from 0, platform:fees income
 * post     key   float:mtn 1000 -> merchant:1 970, platform:fees 30   posted
 * with     key2  merchant:1 2000 -> float:mtn 2000                    refused INSUFFICIENT_FUNDS merchant:1
 * reverse  key3  key                                                  posted
 * balance  merchant:1                                                 970
 * close    merchant:1                                                 refused
 * period   d-1                                                        closed
 * post     key4  bank:main 1 -> platform:fees 1                       refused NOT_IN_PERIOD   for d-1
 * balance  platform:fees                                              30                      on d-1
 * </pre>
 *
 * {@code with} belongs to the same call as the line before it; {@code d-1} is yesterday, {@code d-0} today.
 */
final class LedgerScenario {
    private static final Pattern LEG = Pattern.compile("(\\S+) ([0-9]+)");
    private static final Pattern OPENING = Pattern.compile("(\\S+) (\\w+)(?: from (-?[0-9]+))?");

    private final Books books;
    private final Map<String, Journal> asked = new HashMap<>();
    private final Map<String, Long> numbers = new HashMap<>();
    private final List<Journal> call = new ArrayList<>();
    private final List<String> expected = new ArrayList<>();

    private LedgerScenario(Books books) {
        this.books = books;
    }

    static void run(String table) {
        try (Books books = new Books()) {
            LedgerScenario scenario = new LedgerScenario(books);
            table.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(scenario::line);
            scenario.send();
        }
    }

    /** A verdict as scenarios write it. */
    static String words(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Posted _ -> "posted";
            case Verdict.Replayed _ -> "replayed";
            case Verdict.InsufficientFunds(String account) -> "refused INSUFFICIENT_FUNDS " + account;
            case Verdict.UnknownAccount(String account) -> "refused UNKNOWN_ACCOUNT " + account;
            case Verdict.Unbalanced _ -> "refused UNBALANCED";
            case Verdict.KeyReused _ -> "refused KEY_REUSED";
            case Verdict.AlreadyReversed _ -> "refused ALREADY_REVERSED";
            case Verdict.NotTheReversal _ -> "refused NOT_THE_REVERSAL";
            case Verdict.AccountClosed(String account) -> "refused ACCOUNT_CLOSED " + account;
            case Verdict.NotInPeriod _ -> "refused NOT_IN_PERIOD";
        };
    }

    private void line(String line) {
        List<String> columns = Arrays.asList(line.split(" {2,}", -1));
        if (!columns.getFirst().equals("with")) {
            send();
        }
        switch (columns.getFirst()) {
            case "open" -> open(columns.get(1));
            case "post", "with" -> ask(dated(journal(columns.get(1), columns.get(2)), columns), columns.get(3));
            case "reverse" -> ask(dated(reversal(columns.get(1), columns.get(2)), columns), columns.get(3));
            case "balance" -> assertThat(amount(columns)).as(line).isEqualTo(Long.parseLong(columns.get(2)));
            case "close" ->
                assertThat(closing(tx -> books.ledger.close(tx, List.of(columns.get(1)))))
                        .as(line)
                        .isEqualTo(columns.get(2));
            case "period" ->
                assertThat(closing(tx -> books.ledger.closePeriod(tx, day(columns.get(1)))))
                        .as(line)
                        .isEqualTo(columns.get(2));
            default -> throw new IllegalArgumentException("not a line of a scenario: " + line);
        }
    }

    private static Journal dated(Journal journal, List<String> columns) {
        return columns.size() > 4 ? journal.withEffective(day(columns.get(4).replace("for ", ""))) : journal;
    }

    private static LocalDate day(String words) {
        return LocalDate.now(ZoneId.of("Africa/Douala")).minusDays(Long.parseLong(words.replace("d-", "")));
    }

    private long amount(List<String> columns) {
        String account = columns.get(1);
        if (columns.size() < 4) {
            return books.amount(account);
        }
        LocalDate day = day(columns.get(3).replace("on ", ""));
        Long held = books.in(Books.EVERY_TENANT, tx -> books.ledger.balancesOn(tx, List.of(account), day))
                .get(account);
        return Objects.requireNonNull(held);
    }

    private String closing(Consumer<Handle> work) {
        String state = ProtectionTest.stateOf(() -> books.in(Books.EVERY_TENANT, tx -> {
            work.accept(tx);
            return true;
        }));
        return switch (state) {
            case "not refused" -> "closed";
            case "L0007", "L0008" -> "refused";
            default -> state;
        };
    }

    private void open(String accounts) {
        for (String opening : accounts.split(", ", -1)) {
            Matcher parts = matched(OPENING, opening);
            @Nullable String floor = parts.group(3);
            books.open(new Account(
                    parts.group(1),
                    AccountType.valueOf(parts.group(2).toUpperCase(Locale.ROOT)),
                    floor == null ? null : Long.valueOf(floor),
                    Account.PLATFORM));
        }
    }

    private static Journal journal(String key, String legs) {
        String[] sides = legs.split(" -> ", -1);
        List<Posting> postings = new ArrayList<>();
        for (String debit : sides[0].split(", ", -1)) {
            Matcher leg = matched(LEG, debit);
            postings.add(Posting.debit(leg.group(1), Long.parseLong(leg.group(2))));
        }
        for (String credit : sides[1].split(", ", -1)) {
            Matcher leg = matched(LEG, credit);
            postings.add(Posting.credit(leg.group(1), Long.parseLong(leg.group(2))));
        }
        return new Journal(key, "scenario", Account.PLATFORM, null, postings);
    }

    private Journal reversal(String key, String original) {
        Journal journal = asked.get(original);
        Long number = numbers.get(original);
        if (journal == null || number == null) {
            throw new IllegalArgumentException("nothing posted under " + original);
        }
        return Books.reversal(key, journal, number);
    }

    private void ask(Journal journal, String answer) {
        asked.putIfAbsent(journal.key(), journal);
        call.add(journal);
        expected.add(answer);
    }

    private void send() {
        List<Verdict> verdicts = books.post(call);
        for (int i = 0; i < verdicts.size(); i++) {
            if (verdicts.get(i) instanceof Verdict.Posted(long seq)) {
                numbers.put(call.get(i).key(), seq);
            }
        }
        assertThat(verdicts.stream().map(LedgerScenario::words).toList())
                .as("%s", call)
                .isEqualTo(expected);
        call.clear();
        expected.clear();
    }

    private static Matcher matched(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("cannot read " + text);
        }
        return matcher;
    }
}
