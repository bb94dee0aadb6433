package cm.nkap.events;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The dispatcher as its own process: events from NATS to the functions' addresses. The only reader of the environment here. */
public final class DispatcherMain {
    private static final Logger LOG = LoggerFactory.getLogger(DispatcherMain.class);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    private DispatcherMain() {}

    /** Runs until the process is told to end. */
    public static void main(String[] arguments) throws InterruptedException {
        Dispatcher dispatcher = start(System.getenv());
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            dispatcher.close();
            ended.countDown();
        }));
        LOG.info("dispatcher_started subscriptions={}", Subscriptions.ALL.size());
        ended.await();
    }

    static Dispatcher start(Map<String, String> env) {
        List<String> problems = new ArrayList<>();
        for (String name :
                List.of("NATS_URL", "DATABASE_URL", "DATABASE_USER", "NKAP_EVENT_SECRET", "NKAP_FUNCTION_URLS")) {
            if (env.getOrDefault(name, "").isBlank()) {
                problems.add(name + " is not set");
            }
        }
        Map<String, URI> functions = functions(env.getOrDefault("NKAP_FUNCTION_URLS", ""), problems);
        String inFlight = env.getOrDefault("NKAP_DISPATCHER_IN_FLIGHT", "" + DispatcherSettings.DEFAULT.inFlight());
        if (!inFlight.matches("[1-9][0-9]{0,4}")) {
            problems.add("NKAP_DISPATCHER_IN_FLIGHT must be 1 to 99999, not " + inFlight);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("cannot start: " + String.join("; ", problems));
        }
        return Dispatcher.start(
                NatsSettings.of(required(env, "NATS_URL"), "nkap-dispatcher"),
                DispatcherSettings.DEFAULT.withInFlight(Integer.parseInt(inFlight)),
                Subscriptions.ALL,
                new HttpSink(functions, required(env, "NKAP_EVENT_SECRET"), ANSWER_LIMIT, InstantSource.system()),
                new DeadLetters(AllOrgs.of(Jdbi.create(database(env)))));
    }

    private static Map<String, URI> functions(String text, List<String> problems) {
        Map<String, URI> functions = new HashMap<>();
        for (String part : text.split(",")) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                problems.add("NKAP_FUNCTION_URLS must read name=url,name=url");
                continue;
            }
            functions.put(
                    part.substring(0, equals).strip(),
                    URI.create(part.substring(equals + 1).strip()));
        }
        for (Subscription row : Subscriptions.ALL) {
            if (!functions.containsKey(row.function())) {
                problems.add("NKAP_FUNCTION_URLS has no " + row.function());
            }
        }
        return functions;
    }

    private static PGSimpleDataSource database(Map<String, String> env) {
        // Only parking and replay use it, so a connection for each is fewer than a pool would hold idle.
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(required(env, "DATABASE_URL"));
        database.setUser(required(env, "DATABASE_USER"));
        database.setPassword(env.getOrDefault("DATABASE_PASSWORD", ""));
        database.setConnectTimeout(5);
        return database;
    }

    private static String required(Map<String, String> env, String name) {
        String value = env.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is not set");
        }
        return value;
    }
}
