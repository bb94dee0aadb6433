package cm.nkap.local;

import cm.nkap.events.AllOrgs;
import cm.nkap.events.DeadLetters;
import cm.nkap.events.Dispatcher;
import cm.nkap.events.DispatcherSettings;
import cm.nkap.events.NatsSettings;
import cm.nkap.events.Subscriptions;
import cm.nkap.function.FunctionApplication;
import cm.nkap.function.Settings;
import cm.nkap.local.telemetry.TelemetryServer;
import cm.nkap.payments.PaymentsConfig;
import cm.nkap.payments.PersonalData;
import cm.nkap.providermock.ProviderMock;
import cm.nkap.providermock.ProviderMockConfig;
import cm.nkap.secrets.SecretStore;
import cm.nkap.testing.AtExit;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.springframework.context.ApplicationContext;

/** Everything that runs for the developer, started in the order in which the parts need each other. */
final class Machine {
    private final Map<String, String> tokens;
    private final Map<String, String> environment = new LinkedHashMap<>();

    private Machine(Map<String, String> tokens) {
        this.tokens = tokens;
    }

    /**
     * Starts all of it; what starts is stopped when this process ends, in the opposite order.
     *
     * @param home keeps all data
     * @param given the environment: servers that it names are used instead of own ones, its {@code NKAP_…} settings win
     * @param progress told what is there
     */
    static Machine start(Path home, Map<String, String> given, Progress progress) {
        Ports ports = new Ports();
        Servers servers = Servers.start(home, given, ports, progress);
        progress.told("migrations", servers::migrate);
        ProviderMock mtn = progress.told("MTN simulator", () -> simulator(home, ports.from(8_089)));
        AtExit.then(mtn::close);

        Path keys = created(home.resolve("keys"));
        Identity identity = Identity.start(home, given, ports.from(8_180), progress);
        String piiKey = Secrets.kept(keys.resolve("pii.key"));

        LocalSettings settings = new LocalSettings(ports.from(LocalSettings.port(given)));
        settings.servers(servers);
        settings.identity(identity.settings());
        settings.provider(mtn.url());
        String eventSecret = Secrets.fresh();
        settings.secrets(piiKey, eventSecret);
        watch(given, ports, settings);
        settings.overridden(given);

        Jdbi app = Jdbi.create(servers.database(), Servers.USER, servers.password());
        FunctionApplication functions = progress.told("functions", () -> FunctionApplication.start(settings.all()));
        AtExit.then(functions::close);
        progress.told("demo organisations", () -> {
            new LocalSeeds(personalData(functions.context())).plant(app);
            return true;
        });
        deliver(servers.nats(), app, functions);
        Ticker ticker = Ticker.start(settings.url(), eventSecret);
        AtExit.then(ticker::close);
        Machine machine = new Machine(identity.tokens());
        machine.describe(settings, mtn);
        if (!identity.keycloak().isEmpty()) {
            machine.environment.put("NKAP_KEYCLOAK_URL", identity.keycloak());
        }
        servers.export(machine.environment, given);
        return machine;
    }

    /** Under the functions' own keys, wherever those are kept. */
    private static PersonalData personalData(ApplicationContext functions) {
        return functions
                .getBean(Settings.class)
                .read(PaymentsConfig.class)
                .personalData(functions.getBean(SecretStore.class));
    }

    /** Closed after the functions, which have something to tell until their end. */
    private static void watch(Map<String, String> given, Ports ports, LocalSettings settings) {
        if (LocalSettings.wantsOwnTelemetry(given)) {
            TelemetryServer telemetry = TelemetryServer.start(ports.from(8_090));
            AtExit.then(telemetry::close);
            settings.telemetry(telemetry.url());
        }
    }

    /** What {@code .dev/env} exports. */
    Map<String, String> environment() {
        return environment;
    }

    String url() {
        return environment.getOrDefault("NKAP_URL", "");
    }

    String tokenNames() {
        return tokens.keySet().stream().map(name -> "$" + name).collect(Collectors.joining(", "));
    }

    private void describe(LocalSettings settings, ProviderMock mtn) {
        environment.put("NKAP_URL", settings.url());
        environment.putAll(tokens);
        environment.put("NKAP_MERCHANT", LocalSeeds.DOUALA_MERCHANT);
        environment.put("NKAP_MERCHANT2", LocalSeeds.YAOUNDE_MERCHANT);
        environment.put("NKAP_PROVIDER_MOCK_URL", mtn.url());
        environment.put("NKAP_TELEMETRY_URL", settings.telemetryUrl());
        environment.put("NKAP_EVENT_SECRET", settings.all().getOrDefault("NKAP_EVENT_SECRET", ""));
    }

    private static ProviderMock simulator(Path home, int port) {
        return ProviderMock.start(ProviderMockConfig.usual()
                .withPort(port)
                .withOpening(LocalSeeds.OPENING_FLOAT)
                .withDataDirectory(created(home.resolve("simulator"))));
    }

    private static void deliver(String nats, Jdbi app, FunctionApplication functions) {
        Dispatcher dispatcher = Dispatcher.start(
                NatsSettings.of(nats, "nkap-local-dispatcher"),
                DispatcherSettings.DEFAULT,
                Subscriptions.ALL,
                functions.inProcess(),
                new DeadLetters(AllOrgs.of(app)),
                functions.context().getBean(OpenTelemetry.class));
        AtExit.then(dispatcher::close);
    }

    private static Path created(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create " + folder, e);
        }
    }
}
