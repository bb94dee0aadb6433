package cm.nkap.local.system;

import cm.nkap.events.AllOrgs;
import cm.nkap.events.DeadLetters;
import cm.nkap.events.Dispatcher;
import cm.nkap.events.NatsSettings;
import cm.nkap.events.Subscriptions;
import cm.nkap.function.FunctionApplication;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jdbi.v3.core.Jdbi;

/**
 * All functions, the dispatcher and the timer in a process of their own that a test may kill. Its settings are in the
 * file that its argument names; it ends by itself as soon as the test that started it is gone.
 */
final class WholeProcess {
    private WholeProcess() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, String> settings = read(Path.of(arguments[0]));
        FunctionApplication functions = FunctionApplication.start(settings);
        Jdbi database = Jdbi.create(
                settings.getOrDefault("DATABASE_URL", ""),
                settings.getOrDefault("DATABASE_USER", ""),
                settings.getOrDefault("DATABASE_PASSWORD", ""));
        Dispatcher.start(
                NatsSettings.of(settings.getOrDefault("NATS_URL", ""), "nkap-test-dispatcher"),
                NkapSystem.DELIVERY,
                Subscriptions.ALL,
                functions.inProcess(),
                new DeadLetters(AllOrgs.of(database)));
        try (var _ = new SweepTimer("http://127.0.0.1:" + functions.port())) {
            while (System.in.read() >= 0) {
                System.out.println("nobody talks to this process");
            }
        }
        System.exit(0);
    }

    private static Map<String, String> read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        Map<String, String> settings = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        return settings;
    }
}
