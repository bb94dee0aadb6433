package cm.nkap.local.system;

import cm.nkap.ledger.Account;
import cm.nkap.ledger.Journal;
import cm.nkap.ledger.Ledger;
import cm.nkap.ledger.Posting;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.providermock.mtn.MtnConfig;
import cm.nkap.testing.Nats;
import cm.nkap.testing.Redis;
import cm.nkap.testing.TestDatabase;
import cm.nkap.testing.TokenIssuer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Everything that functions need around them and that outlives them: database, NATS, Redis, the provider, identities. */
final class Surroundings implements AutoCloseable {
    /** Whole XAF at the provider and in the ledger before the first payment. */
    static final long OPENING = 10_000_000;

    static final String EVENT_SECRET = "of-the-tests-only";

    final TestDatabase database = TestDatabase.create();
    final Nats nats = Nats.shared();
    final Redis redis = Redis.shared();
    final TokenIssuer issuer = TokenIssuer.temporary();
    final Simulator simulator;
    final Jdbi app = Jdbi.create(database.app());
    private final Ledger ledger = new Ledger();
    private final String jwks = issuer.serve(0);

    /** @param opening whole XAF of float, in the ledger and at the provider alike */
    Surroundings(long opening) {
        // The server is shared by all tests of this JVM; what an earlier system left in it is nobody's any more.
        nats.wipe();
        redis.flush();
        simulator = Simulator.start(opening);
        app.useTransaction(tx -> {
            tx.execute("SELECT set_config('nkap.orgs', '*', true)");
            ledger.open(tx, ChartOfAccounts.platform());
        });
        if (opening > 0) {
            book("opening", Account.PLATFORM, ChartOfAccounts.floatAt("mtn"), ChartOfAccounts.bank("main"), opening);
        }
    }

    /** What a process with functions finds in its environment, patient in proportion to a simulator that pays at once. */
    Map<String, String> settings(int port) {
        Map<String, String> all = new HashMap<>(database.settings());
        all.put("NKAP_PORT", Integer.toString(port));
        all.put("NKAP_PUBLIC_URL", "http://127.0.0.1:" + port);
        all.put("REDIS_URL", redis.url());
        all.put("NATS_URL", nats.url());
        all.put("NKAP_ISSUER", TokenIssuer.ISSUER);
        all.put("NKAP_AUDIENCE", TokenIssuer.AUDIENCE);
        all.put("NKAP_JWKS_URL", jwks);
        all.put("NKAP_EVENT_SECRET", EVENT_SECRET);
        all.put("NKAP_PII_KEY", "bmthcC10ZXN0cy1rZXktb2YtMzItYnl0ZXMtLi4uLi4=");
        all.put("NKAP_DATABASE_POOL", "16");
        // Some tests use one token for longer than the usual five minutes.
        all.put("NKAP_STEP_UP_AGE", "1d");
        all.put("NKAP_DRAIN", "2s");
        // Tests come in bursts; limits have tests of their own.
        all.put("NKAP_LIMIT_CLIENT_READS", "0");
        all.put("NKAP_LIMIT_CLIENT_MONEY", "0");
        all.put("NKAP_LIMIT_ORG_READS", "0");
        all.put("NKAP_LIMIT_ORG_MONEY", "0");
        provider(all);
        time(all);
        return all;
    }

    private void provider(Map<String, String> all) {
        MtnConfig mtn = MtnConfig.usual();
        all.put("NKAP_PROVIDERS", "mtn");
        all.put("NKAP_SIMULATOR_NUMBERS", "true");
        all.put("NKAP_MTN_URL", simulator.url() + "/mtn");
        all.put("NKAP_MTN_ENVIRONMENT", mtn.targetEnvironment());
        all.put("NKAP_MTN_CURRENCY", mtn.currency());
        all.put("NKAP_MTN_API_USER", mtn.apiUser());
        all.put("NKAP_MTN_API_KEY", mtn.apiKey());
        all.put("NKAP_MTN_COLLECTION_KEY", mtn.collectionKey());
        all.put("NKAP_MTN_DISBURSEMENT_KEY", mtn.disbursementKey());
        // On top of the three seconds that a connection may take; the simulator hangs for longer.
        all.put("NKAP_MTN_READ_TIMEOUT", "500ms");
        all.put("NKAP_STATUSES_PER_SECOND", "0");
    }

    private static void time(Map<String, String> all) {
        all.put("NKAP_STATUS_SCHEDULE", "200ms,300ms,500ms,1s");
        all.put("NKAP_SUBMIT_PAUSE", "100ms");
        all.put("NKAP_PROMPT_LIFE", "2m");
        all.put("NKAP_PAYOUT_RESEND", "2m");
        all.put("NKAP_NOT_FOUND_AGE", "5s");
        all.put("NKAP_NOT_FOUND_SPAN", "1s");
        all.put("NKAP_NOT_FOUND_ANSWERS", "3");
        all.put("NKAP_LATE_CHECKS", "2s,4s,8s,1m");
        // Longer than the longest try, so that nobody asks while it is under way.
        all.put("NKAP_LEASE", "4s");
        all.put("NKAP_SWEEP_UNCONSUMED_AFTER", "2s");
    }

    /** A token for somebody of an organisation. */
    String token(String org, String role) {
        return issuer.mint(TokenIssuer.Grant.of(role + "@" + org, org, role).lasting(java.time.Duration.ofHours(1)));
    }

    /** The bank sends money to the provider, and treasury books it. */
    void topUp(long amount) {
        String reference = "T" + UUID.randomUUID().toString().substring(0, 8);
        simulator.topUp(amount, reference);
        book(reference, Account.PLATFORM, ChartOfAccounts.floatAt("mtn"), ChartOfAccounts.bank("main"), amount);
    }

    /** Books money without a payment: what other operations than those under test would have moved. */
    void book(String key, String org, String debit, String credit, long amount) {
        Journal journal = new Journal(
                "e2e:" + key,
                "topup.arrived",
                org,
                null,
                List.of(Posting.debit(debit, amount), Posting.credit(credit, amount)));
        app.useTransaction(tx -> {
            tx.execute("SELECT set_config('nkap.orgs', '*', true)");
            var verdict = ledger.post(tx, List.of(journal)).getFirst();
            if (!verdict.stands()) {
                throw new IllegalStateException(key + " cannot be booked: " + verdict);
            }
        });
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }

    @Override
    public void close() {
        simulator.close();
        issuer.close();
        database.close();
    }
}
