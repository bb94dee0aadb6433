package cm.nkap.function;

import java.time.Duration;

/**
 * Where Postgres is and how long anything may take there.
 *
 * @param pool connections of this process; more virtual threads than this wait in a fair queue
 * @param poolWait how long one waits in that queue before it is told 503
 * @param statementTimeout longest statement
 * @param lockTimeout longest wait for a row that another transaction holds
 * @param idleTimeout longest pause inside a transaction before Postgres ends it
 */
public record DatabaseConfig(
        @Setting(env = "DATABASE_URL") String url,
        @Setting(env = "DATABASE_USER", orElse = "nkap_app") String user,

        @Setting(env = "DATABASE_PASSWORD", orElse = "", secret = true)
        String password,

        @Setting(env = "NKAP_DATABASE_POOL", orElse = "8") int pool,

        @Setting(env = "NKAP_DATABASE_POOL_WAIT", orElse = "3s")
        Duration poolWait,

        @Setting(env = "NKAP_STATEMENT_TIMEOUT", orElse = "10s")
        Duration statementTimeout,

        @Setting(env = "NKAP_LOCK_TIMEOUT", orElse = "2s") Duration lockTimeout,
        @Setting(env = "NKAP_IDLE_TIMEOUT", orElse = "15s") Duration idleTimeout) {

    public DatabaseConfig {
        if (pool < 1) {
            throw new IllegalArgumentException("NKAP_DATABASE_POOL is at least 1");
        }
    }

    String jdbcUrl() {
        return url.startsWith("jdbc:") ? url : "jdbc:" + url;
    }
}
