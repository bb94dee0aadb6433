package cm.nkap.sweep;

import cm.nkap.events.LedgerEvent;
import cm.nkap.function.Database;
import cm.nkap.function.Orgs;
import cm.nkap.function.Tx;
import cm.nkap.ledger.Checks;
import cm.nkap.ledger.Checks.Outcome;
import cm.nkap.ledger.Finding;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the books for a while, each look in a short transaction of its own, and tells what is found new and what is
 * gone. A look that fails is a finding itself and stops no other.
 */
final class LedgerChecks {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerChecks.class);
    private static final String PLATFORM_ORG = "nkap";

    private final Database database;
    private final Checks checks;
    private final CheckMetrics metrics;
    private final Duration budget;

    LedgerChecks(Database database, Checks checks, CheckMetrics metrics, Duration budget) {
        this.database = database;
        this.checks = checks;
        this.metrics = metrics;
        this.budget = budget;
    }

    /** Every check that is due looks once, and those that are behind again as long as there is time; how many looks. */
    int run() {
        long end = System.nanoTime() + budget.toNanos();
        Deque<String> due = new ArrayDeque<>(database.read(Orgs.all(), tx -> checks.due(tx.handle())));
        Map<String, Long> behind = new HashMap<>();
        int looks = 0;
        while (!due.isEmpty() && System.nanoTime() < end) {
            Optional<Outcome> outcome = look(due.removeFirst());
            looks++;
            outcome.filter(done -> done.lag() > 0)
                    .filter(done -> done.lag() < behind.getOrDefault(done.check(), Long.MAX_VALUE))
                    .ifPresent(done -> {
                        behind.put(done.check(), done.lag());
                        due.addLast(done.check());
                    });
        }
        return looks;
    }

    private Optional<Outcome> look(String check) {
        long began = System.nanoTime();
        Optional<Outcome> outcome;
        boolean broke = false;
        try {
            outcome = database.inTransaction(Orgs.all(), tx -> told(tx, checks.look(tx.handle(), check)));
        } catch (RuntimeException e) {
            // whatever it is, this claim was not looked at, and the others must be
            LOG.error("msg=check_broke check={}", check, e);
            broke = true;
            String reason = e.toString().lines().findFirst().orElse("");
            outcome = database.inTransaction(Orgs.all(), tx -> told(tx, checks.broke(tx.handle(), check, reason)));
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        boolean failed = broke;
        outcome.ifPresent(done -> metrics.looked(done, failed, took));
        return outcome;
    }

    private static Optional<Outcome> told(Tx tx, Optional<Outcome> outcome) {
        outcome.ifPresent(done -> {
            for (Finding found : done.found()) {
                LOG.error(
                        "msg=check_failed check={} about=\"{}\" detail=\"{}\"",
                        found.check(),
                        found.about(),
                        found.detail());
                tx.emit(PLATFORM_ORG, new LedgerEvent.CheckFailed(found.check(), found.about(), found.detail()));
            }
            for (Finding gone : done.gone()) {
                tx.emit(PLATFORM_ORG, new LedgerEvent.CheckPassedAgain(gone.check(), gone.about(), gone.detail()));
            }
        });
        return outcome;
    }
}
