package cm.nkap.ledger.bench;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What a stretch of time cost; without a server only how fast it went. */
final class Meter {
    private final @Nullable Server server;
    private final Contender.Running running;
    private final Reading from;

    private record Reading(
            long nanos, double server, double self, double children, double all, double wal, long commits) {}

    private Meter(@Nullable Server server, Contender.Running running) throws SQLException {
        this.server = server;
        this.running = running;
        this.from = read();
    }

    static Meter start(@Nullable Server server, Contender.Running running) throws SQLException {
        return new Meter(server, running);
    }

    /** @param journals how many were posted meanwhile, {@code refused} not among them */
    Cell stop(Contender contender, Workload workload, String load, long journals, long refused, Latencies latencies)
            throws SQLException {
        Reading to = read();
        double micros = (to.nanos - from.nanos) / 1e3;
        double moves = Math.max(1, journals + refused);
        double serverMicros = to.server - from.server;
        double ours = serverMicros + to.self - from.self + to.children - from.children;
        return new Cell(
                contender.name(),
                workload,
                load,
                moves * 1e6 / micros,
                latencies.quantile(0.5),
                latencies.quantile(0.99),
                serverMicros / moves,
                (to.self - from.self) / moves,
                (to.wal - from.wal) / moves,
                to.commits == from.commits ? Double.NaN : moves / (to.commits - from.commits),
                Math.max(0, (to.all - from.all - ours) / micros),
                refused / moves);
    }

    private Reading read() throws SQLException {
        return new Reading(
                System.nanoTime(),
                server == null ? Double.NaN : Machine.server(server.pid()),
                Machine.self(),
                Machine.endedChildren(),
                Machine.everybody(),
                server == null ? Double.NaN : server.wal(),
                running.commits());
    }
}
