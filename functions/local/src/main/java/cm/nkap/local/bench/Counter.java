package cm.nkap.local.bench;

import cm.nkap.database.Migrations;
import cm.nkap.events.Envelope;
import cm.nkap.events.ProviderEvent;
import cm.nkap.function.EventBatch;
import cm.nkap.function.FunctionApplication;
import cm.nkap.ledger.Ledger;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.testing.Nats;
import cm.nkap.testing.Postgres;
import cm.nkap.testing.TokenIssuer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

/** A database of its own with many pending charges, and create-charge, as often as wanted, to settle them. */
final class Counter implements AutoCloseable {
    private static final Map<String, String> SETTINGS = Map.of(
            "shared_buffers", "1GB",
            "max_wal_size", "8GB",
            "checkpoint_timeout", "15min",
            "shared_preload_libraries", "pg_stat_statements");
    private static final int MERCHANTS = 1_000;
    private static final long AMOUNT = 1_000;

    private final Path folder;
    private final Postgres postgres;
    private final TokenIssuer issuer = TokenIssuer.temporary();
    private final String keys = issuer.serve(0);
    private final List<FunctionApplication> opened = new ArrayList<>();
    private final int orgs;
    private final @Nullable Nats nats;
    private int seeded;

    /**
     * @param orgs organisations that the thousand merchants belong to
     * @param publishes whether what settling tells goes on to a real NATS
     */
    Counter(Path folder, int orgs, boolean publishes) {
        this.folder = folder;
        this.orgs = orgs;
        nats = publishes ? Nats.start(folder.resolve("nats"), 0) : null;
        postgres = Postgres.start(folder, 0, SETTINGS);
        admin("postgres").useHandle(admin -> admin.execute("CREATE DATABASE nkap"));
        Migrations.run(postgres.adminUrl("nkap"));
        var admin = admin();
        admin.useHandle(one -> one.execute("CREATE EXTENSION pg_stat_statements"));
        admin.useTransaction(tx -> {
            tx.execute("SELECT set_config('nkap.orgs', '*', true)");
            tx.createUpdate("INSERT INTO payments.organisation (org_id, name)"
                            + " SELECT 'shop-' || i, 'Shop' FROM generate_series(0, :orgs - 1) i")
                    .bind("orgs", orgs)
                    .execute();
            var ledger = new Ledger();
            ledger.open(tx, ChartOfAccounts.platform());
            for (int i = 0; i < MERCHANTS; i++) {
                ledger.open(tx, List.of(ChartOfAccounts.ofMerchant(merchant(i), org(i))));
            }
        });
    }

    Jdbi admin() {
        return admin("nkap");
    }

    private Jdbi admin(String database) {
        return Jdbi.create(postgres.adminUrl(database));
    }

    Meter meter() {
        return Meter.read(admin(), folder.resolve("pg18"));
    }

    /** Settings of a process of create-charge on this database, . */
    Map<String, String> settings(int together, int atOnce) {
        var settings = new HashMap<String, String>();
        settings.put("DATABASE_URL", postgres.url("nkap"));
        settings.put("DATABASE_USER", "nkap_app");
        settings.put("DATABASE_PASSWORD", "");
        settings.put("NKAP_PORT", "0");
        settings.put("NKAP_ISSUER", TokenIssuer.ISSUER);
        settings.put("NKAP_JWKS_URL", keys);
        settings.put("NKAP_EVENTS", "in-process");
        settings.put("NKAP_DRAIN", "1s");
        settings.put("NKAP_PROVIDERS", "mtn");
        settings.put("NKAP_FUNCTIONS", "create-charge");
        settings.put("NKAP_PII_KEY", Base64.getEncoder().encodeToString(new byte[32]));
        settings.put("NKAP_SETTLE_TOGETHER", Integer.toString(together));
        settings.put("NKAP_SETTLE_AT_ONCE", Integer.toString(atOnce));
        if (nats != null) {
            settings.put("NATS_URL", nats.url());
        }
        return settings;
    }

    /** The event side of create-charge, as its catalogue holds it, with a pool of its own. */
    Consumer<Envelope> settling(Map<String, String> settings) {
        var application = FunctionApplication.start(settings);
        opened.add(application);
        Consumer<EventBatch> bean = application
                .context()
                .<Consumer<EventBatch>>getBeanProvider(
                        ResolvableType.forClassWithGenerics(Consumer.class, EventBatch.class))
                .getObject();
        return event -> bean.accept(EventBatch.of(event));
    }

    /** Stores {@code n} more pending charges, each asked of the provider, and says that all of them were paid. */
    List<Envelope> paid(int n) {
        int from = seeded;
        seeded += n;
        admin().useTransaction(tx -> tx.createScript("""
                INSERT INTO payments.charge (id, org_id, merchant, status, amount, currency, fee, net, fee_plan, provider,
                    msisdn_sealed, msisdn_hash, msisdn_masked, reference, metadata, created_by, trace_id, created_at, expires_at)
                SELECT 'ch_' || lpad(i::text, 26, '0'), 'shop-' || (i %% %3$d) %% %4$d, 'mer_' || lpad((i %% %3$d)::text, 26, '0'),
                       'pending', 1000, 'XAF', 15, 985, 'fp_1', 'mtn', decode(repeat('ab', 40), 'hex'),
                       sha256(i::text::bytea), '+237 6•• •• •• 01', 'order-' || i, '{}', 'somebody', md5(i::text), now(),
                       now() + interval '5 minutes'
                  FROM generate_series(%1$d, %2$d) i;
                INSERT INTO payments.provider_request (id, org_id, kind, payment, provider, reference, status, amount, currency,
                    msisdn_sealed, callback_token, submits, expires_at, created_at, completed_at)
                SELECT 'pr_' || lpad(i::text, 26, '0'), 'shop-' || (i %% %3$d) %% %4$d, 'collect', 'ch_' || lpad(i::text, 26, '0'),
                       'mtn', gen_random_uuid(), 'succeeded', 1000, 'XAF', decode(repeat('ab', 40), 'hex'), 'token-' || i, 1,
                       now() + interval '5 minutes', now(), now()
                  FROM generate_series(%1$d, %2$d) i;
                """.formatted(from, seeded - 1, MERCHANTS, orgs))
                .execute());
        admin().useHandle(one -> one.execute("CHECKPOINT"));
        var events = new ArrayList<Envelope>(n);
        for (int i = from; i < seeded; i++) {
            var paid =
                    new ProviderEvent.CollectionSucceeded(id("pr", i), id("ch", i), "mtn", "mtn-" + i, AMOUNT, "XAF");
            var trace = "00-%032x-%016x-01".formatted(i + 1, i + 1);
            events.add(Envelope.of("/nkap/provider-gateway", org(i % MERCHANTS), Instant.now(), trace, paid));
        }
        return events;
    }

    /** What is wrong with what was written; empty when each paid charge was settled exactly once. */
    List<String> faults(int settled) {
        var faults = new ArrayList<String>();
        admin().useHandle(one -> Map.of(
                        "charges that succeeded", "SELECT count(*) FROM payments.charge WHERE status = 'succeeded'",
                        "journals", "SELECT count(*) FROM ledger.journal WHERE kind = 'charge.collected'",
                        "inbox rows", "SELECT count(*) FROM events.inbox",
                        "events", "SELECT count(DISTINCT about) FROM events.outbox",
                        "pending rows", "SELECT count(*) FROM events.pending",
                        "the float",
                                "SELECT debits / 1000 FROM ledger.balance JOIN ledger.account ON id = account_id"
                                        + " WHERE name = 'float:mtn'",
                        "the sum of merchants and fees",
                                "SELECT (sum(credits - debits) / 1000)::bigint FROM ledger.balance JOIN ledger.account"
                                        + " ON id = account_id WHERE name <> 'float:mtn'")
                .forEach((what, sql) -> {
                    long found = one.createQuery(sql).mapTo(Long.class).one();
                    if (found != settled) {
                        faults.add(what + ": " + found + " instead of " + settled);
                    }
                }));
        return faults;
    }

    /** Postgres's own account of the statements since the last call, the dearest first. */
    List<String> statements(int settled) {
        return admin().withHandle(one -> {
            var lines =
                    one.createQuery("""
                            SELECT format('%s µs  %s calls  %s',
                                          to_char(total_exec_time * 1000 / :n, '990.9'), to_char(calls, '9999990'),
                                          left(regexp_replace(query, '\\s+', ' ', 'g'), 90))
                              FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid
                             WHERE r.rolname = 'nkap_app'
                             ORDER BY total_exec_time DESC
                             LIMIT 12
                            """).bind("n", settled).mapTo(String.class).list();
            one.execute("SELECT pg_stat_statements_reset()");
            return lines;
        });
    }

    private String org(int merchant) {
        return "shop-" + merchant % orgs;
    }

    private static String merchant(int number) {
        return id("mer", number);
    }

    private static String id(String prefix, int number) {
        return prefix + "_" + "%026d".formatted(number);
    }

    @Override
    public void close() {
        opened.forEach(FunctionApplication::close);
        issuer.close();
        if (nats != null) {
            nats.close();
        }
        postgres.close();
    }
}
