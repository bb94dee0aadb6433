package cm.nkap.function;

import cm.nkap.function.telemetry.ShellMetrics;
import cm.nkap.function.telemetry.Spans;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jspecify.annotations.Nullable;

/**
 * Connections, opened when the first is needed. A fair queue stands in front: of many virtual threads each waits its
 * turn, and none longer than the configured wait.
 */
final class ConnectionPool implements AutoCloseable {
    private final DatabaseConfig config;
    private final ShellMetrics metrics;
    private final Spans spans;
    private final Semaphore permits;
    private final LongAdder timeouts = new LongAdder();
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable Open open;
    private volatile boolean trusted;
    private boolean closed;

    private record Open(HikariDataSource pool, Jdbi jdbi) {}

    ConnectionPool(DatabaseConfig config, ShellMetrics metrics, Spans spans) {
        this.spans = spans;
        this.config = config;
        this.metrics = metrics;
        this.permits = new Semaphore(config.pool(), true);
    }

    /** @throws Problem 503 when the queue did not move in time */
    void enter() {
        long began = System.nanoTime();
        try {
            if (permits.tryAcquire(config.poolWait().toMillis(), TimeUnit.MILLISECONDS)) {
                metrics.waitedForConnection(began);
                return;
            }
            timeouts.increment();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw Refusals.overloaded("Too many callers wait for the database");
    }

    int most() {
        return config.pool();
    }

    /** Connections at work. */
    int used() {
        return config.pool() - permits.availablePermits();
    }

    /** Callers in the queue. */
    int waiting() {
        return permits.getQueueLength();
    }

    /** Callers that were refused since the start because the queue did not move in time. */
    long timeouts() {
        return timeouts.sum();
    }

    /** Does not queue: when every connection is at work, the database is there. */
    boolean isReady() throws SQLException {
        if (!permits.tryAcquire()) {
            return trusted;
        }
        try (var handle = handle()) {
            return handle.getConnection().isValid(1);
        } finally {
            permits.release();
        }
    }

    void leave() {
        permits.release();
    }

    /** A connection of its own for the holder of a permit. */
    Handle handle() {
        var ready = open;
        var handle = (ready == null ? open() : ready).jdbi.open();
        if (!trusted) {
            try {
                RoleCheck.refuseUnboundRole(handle);
                trusted = true;
            } catch (RuntimeException e) {
                handle.close();
                throw e;
            }
        }
        return handle;
    }

    private Open open() {
        opening.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the database was closed");
            }
            var ready = open;
            if (ready == null) {
                var pool = new HikariDataSource(hikari());
                ready = new Open(pool, jdbi(pool, spans));
                open = ready;
            }
            return ready;
        } finally {
            opening.unlock();
        }
    }

    /** What was bound to a statement is personal data often enough: failures do not repeat it. */
    private static Jdbi jdbi(HikariDataSource pool, Spans spans) {
        var jdbi = Jdbi.create(pool);
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(StatementExceptions.MessageRendering.NONE);
        if (spans.isOn()) {
            jdbi.setSqlLogger(new StatementSpans(spans));
        }
        return jdbi;
    }

    private HikariConfig hikari() {
        var hikari = new HikariConfig();
        hikari.setJdbcUrl(config.jdbcUrl());
        hikari.setUsername(config.user());
        hikari.setPassword(config.password());
        hikari.setMaximumPoolSize(config.pool());
        hikari.setMinimumIdle(1);
        hikari.setConnectionTimeout(Math.max(250, config.poolWait().toMillis()));
        hikari.setValidationTimeout(1_000);
        hikari.setInitializationFailTimeout(-1);
        hikari.setPoolName("nkap");
        hikari.addDataSourceProperty("ApplicationName", "nkap");
        // So old that every server qualifies: the name then travels with the login instead of after it.
        hikari.addDataSourceProperty("assumeMinServerVersion", "9.4");
        hikari.addDataSourceProperty("connectTimeout", "3");
        hikari.addDataSourceProperty(
                "socketTimeout", Long.toString(config.statementTimeout().toSeconds() + 5));
        hikari.addDataSourceProperty("tcpKeepAlive", "true");
        hikari.addDataSourceProperty("logServerErrorDetail", "false");
        hikari.addDataSourceProperty("options", sessionOptions());
        return hikari;
    }

    /**
     * Timeouts go with the login, not with each transaction: they cost no round trip. Every statement of ours looks rows
     * up by key; a plan made while a table was small must not keep scanning it when it has grown.
     */
    private String sessionOptions() {
        return "-c statement_timeout=" + config.statementTimeout().toMillis()
                + " -c lock_timeout=" + config.lockTimeout().toMillis()
                + " -c idle_in_transaction_session_timeout="
                + config.idleTimeout().toMillis()
                + " -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"
                + " -c default_transaction_isolation=read\\ committed -c timezone=UTC";
    }

    @Override
    public void close() {
        opening.lock();
        try {
            closed = true;
            var ready = open;
            if (ready != null) {
                ready.pool.close();
            }
        } finally {
            opening.unlock();
        }
    }
}
