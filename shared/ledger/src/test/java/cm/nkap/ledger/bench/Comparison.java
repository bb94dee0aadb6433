package cm.nkap.ledger.bench;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Ours beside the others, interleaved, so that whatever else the machine does meets all of them. */
final class Comparison {
    static final int CALLERS = 1_024;
    private static final int[] CLIENTS = {2, 4, 8, 16, 32, 64};
    private static final int[] CLIENTS_UNTRIED = {8};
    private static final Load.Span TRY = new Load.Span(0.4, 1);

    private final Stage stage;
    private final Options options;
    private final NkapLedger ours;
    private final List<Entry> others = new ArrayList<>();

    /** A rival on a workload at the number of clients that suits it best. */
    record Entry(String contender, Workload workload, int clients, Turn turn) {
        /** Its plans are known to be bad; once is enough to say how bad. */
        boolean isOnlyOnce() {
            return contender.endsWith(PeerLedger.DEFAULT_PLANS);
        }

        /** How the results call its load. */
        String load() {
            return contender.equals("pgbench") ? clients + " clients" : clients + " callers";
        }
    }

    /** One measurement of a rival. */
    @FunctionalInterface
    interface Turn {
        Cell take(Workload workload, int clients, Load.Span span) throws SQLException, InterruptedException;
    }

    Comparison(Stage stage, Options options, NkapLedger ours) {
        this.stage = stage;
        this.options = options;
        this.ours = ours;
    }

    List<Entry> others() {
        return List.copyOf(others);
    }

    void run() throws SQLException, InterruptedException {
        enter();
        Stage.say("\n## Side by side, " + options.rounds + " round(s)\n\n" + Cell.HEADINGS + "\n" + Cell.RULE);
        for (int round = 0; round < options.rounds; round++) {
            for (Workload workload : options.workloads) {
                if (workload.hasTwoLegs() || round == 0) {
                    stage.closed(ours, workload, CALLERS, options.span());
                }
                for (Entry entry : others) {
                    if (entry.workload() == workload && (round == 0 || !entry.isOnlyOnce())) {
                        stage.keep(entry.turn().take(workload, entry.clients(), options.span()));
                    }
                }
            }
        }
    }

    private void enter() throws SQLException, InterruptedException {
        Stage.say("\n## Looking for each rival's best number of clients (journals/s)\n");
        Optional<PgBench> pgbench = PgBench.find(options.pgbench);
        for (Workload workload : options.workloads) {
            if (workload.hasTwoLegs()) {
                MinimalLedger minimal = new MinimalLedger();
                enter(minimal.name(), workload, calls(minimal));
                if (pgbench.isPresent()) {
                    PgBench program = pgbench.get();
                    enter("pgbench", workload, (w, clients, span) -> run(program, w, clients, span));
                }
                enterPeer(options.peer, workload);
            }
        }
        if (pgbench.isEmpty()) {
            Stage.say("no pgbench on the PATH: the minimal ledger is driven from Java only");
        }
    }

    private void enterPeer(@Nullable Peer peer, Workload workload) throws SQLException, InterruptedException {
        if (peer == null) {
            return;
        }
        PeerLedger single = PeerLedger.single(peer);
        enter(single.name(), workload, calls(single));
        if (!options.isQuick) {
            PeerLedger untuned = PeerLedger.onDefaultPlans(peer);
            others.add(new Entry(untuned.name(), workload, 8, calls(untuned)));
        }
        if (peer.batch() != null) {
            PeerLedger batched = PeerLedger.batched(peer);
            others.add(new Entry(batched.name(), workload, CALLERS, calls(batched)));
        }
    }

    private void enter(String contender, Workload workload, Turn turn) throws SQLException, InterruptedException {
        StringBuilder tried = new StringBuilder(contender + ", " + workload.text() + ":");
        int best = 0;
        double most = 0;
        for (int clients : options.isQuick ? CLIENTS_UNTRIED : CLIENTS) {
            Cell cell = options.isQuick ? null : turn.take(workload, clients, TRY);
            double rate = cell == null ? 1 : cell.perSecond();
            tried.append(" %d → %,.0f".formatted(clients, rate));
            if (rate > most) {
                most = rate;
                best = clients;
            }
        }
        Stage.say(
                options.isQuick ? contender + ", " + workload.text() + ": " + best + " (not tried)" : tried.toString());
        others.add(new Entry(contender, workload, best, turn));
    }

    private Turn calls(Contender contender) {
        return (workload, clients, span) -> stage.measure(contender, workload, load -> load.closed(clients, span));
    }

    private Cell run(PgBench pgbench, Workload workload, int clients, Load.Span span)
            throws SQLException, InterruptedException {
        Server.Database database = stage.server().copyOf(new MinimalLedger(), stage.chart());
        try {
            return pgbench.run(stage.server(), database, workload, stage.chart(), clients, span);
        } finally {
            stage.server().drop(database);
        }
    }
}
