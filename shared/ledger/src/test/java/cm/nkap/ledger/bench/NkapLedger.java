package cm.nkap.ledger.bench;

import cm.nkap.database.Migrations;
import cm.nkap.ledger.Account;
import cm.nkap.ledger.AccountType;
import cm.nkap.ledger.GroupCommit;
import cm.nkap.ledger.Journal;
import cm.nkap.ledger.Ledger;
import cm.nkap.ledger.Posting;
import cm.nkap.ledger.Verdict;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;

/** Our own: what waits at the same moment is posted together by one writer, with everything switched on. */
final class NkapLedger implements Contender {
    private static final int TENANTS = 100;
    private static final int STEP = 500;

    private final String name;
    private final GroupCommit.Size size;
    private final Property without;

    private NkapLedger(String name, GroupCommit.Size size, Property without) {
        this.name = name;
        this.size = size;
        this.without = without;
    }

    static NkapLedger whole(GroupCommit.Size size) {
        return new NkapLedger("nkap", size, Property.NONE);
    }

    /** To see what a property costs, on a copy of the schema from which it was taken. */
    static NkapLedger without(Property property, GroupCommit.Size size) {
        return new NkapLedger("nkap " + property.text(), size, property);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void install(Server.Database empty, Chart chart) {
        Migrations.run(empty.adminUrl());
        open(empty, chart, 0);
    }

    /** Opens and funds the accounts from this number on. */
    static void open(Server.Database database, Chart chart, int from) {
        Ledger ledger = new Ledger();
        try (Handle session = Jdbi.create(database.appUrl()).open()) {
            for (int first = from; first < chart.size(); first += STEP) {
                int end = Math.min(chart.size(), first + STEP);
                Chart.Range range = new Chart.Range(first, end);
                in(session, tx -> {
                    ledger.open(
                            tx, range.numbers().mapToObj(i -> opened(i, chart)).toList());
                    return range;
                });
            }
            for (int first = Math.max(1, from); first <= chart.merchants(); first += STEP) {
                Chart.Range range = new Chart.Range(first, Math.min(chart.merchants() + 1, first + STEP));
                in(session, tx -> ledger.post(tx, List.of(funding(range, chart))))
                        .forEach(NkapLedger::posted);
            }
        }
    }

    @Override
    public String schema() {
        return "nkap";
    }

    @Override
    public void prepare(Server.Database copy) throws SQLException {
        without.removeFrom(copy);
    }

    @Override
    public NkapBooks start(Server.Database database, Chart chart) {
        return new NkapBooks(database.appUrl(), database.adminUrl(), chart, size);
    }

    static <T> T in(Handle session, HandleCallback<T, RuntimeException> work) {
        return session.inTransaction(tx -> {
            tx.createQuery("SELECT set_config('nkap.orgs', '*', true)")
                    .mapTo(String.class)
                    .one();
            return work.withHandle(tx);
        });
    }

    /** Whether it stands in the books now; anything but a want of money is a fault of the benchmark. */
    static boolean posted(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Posted _ -> true;
            case Verdict.InsufficientFunds _ -> false;
            default -> throw new IllegalStateException("not posted: " + verdict);
        };
    }

    static String account(int number, Chart chart) {
        if (number == Chart.FLOAT) {
            return "float:mtn";
        }
        if (number == chart.fees()) {
            return "platform:fees";
        }
        return number == chart.clearing() ? "clearing:mtn" : "merchant:mer_" + number + ":payable";
    }

    static String tenant(int number, Chart chart) {
        return number >= 1 && number <= chart.merchants() ? "org-" + number % TENANTS : Account.PLATFORM;
    }

    private static Account opened(int number, Chart chart) {
        AccountType type = AccountType.LIABILITY;
        if (number == Chart.FLOAT) {
            type = AccountType.ASSET;
        } else if (number == chart.fees()) {
            type = AccountType.INCOME;
        }
        Long floor = number >= 1 && number <= chart.merchants() ? 0L : null;
        return new Account(account(number, chart), type, floor, tenant(number, chart));
    }

    private static Journal funding(Chart.Range range, Chart chart) {
        List<Posting> legs = new ArrayList<>();
        range.numbers().forEach(i -> legs.add(Posting.credit(account(i, chart), Chart.PLENTY)));
        legs.add(Posting.debit(account(Chart.FLOAT, chart), Chart.PLENTY * legs.size()));
        return new Journal("funding:" + range.first(), "merchants.funded", Account.PLATFORM, null, legs);
    }
}
