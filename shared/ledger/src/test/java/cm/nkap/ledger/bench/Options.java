package cm.nkap.ledger.bench;

import cm.nkap.ledger.GroupCommit;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the command line asks for. */
final class Options {
    static final String USAGE = """
            ./dev bench ledger [--quick] [--seconds N] [--rounds N] [--workload NAME]... [--peer …] [--growth N]
              starts a Postgres of its own, compares ledgers interleaved, verifies the books; about five minutes
              --quick       one short round, at most a minute: shows that all is well, its figures are rough
              --seconds N   how long each measurement counts (2)
              --rounds N    how often the comparison is repeated (3)
              --workload W  only uniform, hot, mixed (some payouts refused) or funded (none refused)
              --accounts N  merchants (10000)
              --batch N     journals in one commit at most (512)
              --workers N   commits that may be under way at the same moment (1)
              --processes N processes that post to one ledger at the same time (2)
              --pgbench P   the pgbench to use, when it is not on the PATH
              --peer pgledger=FOLDER   compares with pgledger, whose repository is in FOLDER
              --peer FILES  compares with another ledger in SQL: files by comma, or a folder of them, and its calls
                --peer-account 'SELECT open($name)'  --peer-single 'SELECT move($from, $to, $amount)'
                --peer-batch 'SELECT moves($transfers)'   an array of (from,to,amount) as text
              --growth N    instead: fills a ledger of a million accounts to N journals and measures on the way; its
                            data stays, and the next --growth goes on from there""";

    Path home = Path.of("target", "bench");
    boolean isQuick;
    double seconds = 2;
    int rounds = 3;
    int accounts = 10_000;
    int largestBatch = 512;
    int workers = 1;
    int processes = 2;
    long growth;
    String pgbench = "pgbench";
    Set<Workload> workloads = EnumSet.allOf(Workload.class);

    @Nullable
    Peer peer;

    private Options() {}

    static Options parse(String[] arguments) {
        Options options = new Options();
        String[] calls = new String[3];
        String peer = null;
        EnumSet<Workload> chosen = EnumSet.noneOf(Workload.class);
        Deque<String> rest = new ArrayDeque<>(Arrays.asList(arguments));
        while (!rest.isEmpty()) {
            String option = rest.pop();
            switch (option) {
                case "--quick" -> options.quick();
                case "--home" -> options.home = Path.of(value(option, rest));
                case "--seconds" -> options.seconds = number(option, rest, 600);
                case "--rounds" -> options.rounds = number(option, rest, 100);
                case "--accounts" -> options.accounts = Math.max(2, number(option, rest, 10_000_000));
                case "--batch" -> options.largestBatch = number(option, rest, 10_000);
                case "--workers" -> options.workers = number(option, rest, 16);
                case "--processes" -> options.processes = number(option, rest, 16);
                case "--growth" -> options.growth = number(option, rest, 1_000_000_000);
                case "--pgbench" -> options.pgbench = value(option, rest);
                case "--workload" -> chosen.add(Workload.of(value(option, rest)));
                case "--peer" -> peer = value(option, rest);
                case "--peer-account" -> calls[0] = value(option, rest);
                case "--peer-single" -> calls[1] = value(option, rest);
                case "--peer-batch" -> calls[2] = value(option, rest);
                default -> throw new IllegalArgumentException("unknown: " + option);
            }
        }
        if (peer != null) {
            options.peer = Peer.of(peer, calls[0], calls[1], calls[2]);
        }
        if (!chosen.isEmpty()) {
            options.workloads = chosen;
        }
        return options;
    }

    GroupCommit.Size size() {
        return GroupCommit.Size.of(largestBatch).workers(workers);
    }

    Load.Span span() {
        return isQuick ? new Load.Span(0.5, Math.min(seconds, 1)) : new Load.Span(Math.min(1, seconds), seconds);
    }

    private void quick() {
        isQuick = true;
        rounds = 1;
    }

    private static String value(String option, Deque<String> rest) {
        if (rest.isEmpty()) {
            throw new IllegalArgumentException(option + " wants a value");
        }
        return rest.pop();
    }

    private static int number(String option, Deque<String> rest, int most) {
        String text = value(option, rest);
        if (!text.matches("[1-9][0-9]{0,9}") || Long.parseLong(text) > most) {
            throw new IllegalArgumentException(option + " wants a whole number from 1 to " + most);
        }
        return Integer.parseInt(text);
    }
}
