package cm.nkap.function;

import cm.nkap.events.EventSink;
import cm.nkap.events.Publisher;
import cm.nkap.function.http.Doors;
import cm.nkap.function.json.Json;
import cm.nkap.function.telemetry.ShellMetrics;
import cm.nkap.function.telemetry.Telemetry;
import cm.nkap.secrets.SecretStore;
import io.opentelemetry.api.OpenTelemetry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.cloud.function.json.JacksonMapper;
import org.springframework.cloud.function.json.JsonMapper;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** The one main class of every function: the functions on the class path are what it serves. */
public final class FunctionApplication implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FunctionApplication.class);

    private final Shell shell;
    private final ConfigurableApplicationContext context;
    private final Doors doors;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** Named one by one: searching the class path for configuration would double the start. */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @ImportAutoConfiguration(ContextFunctionCatalogAutoConfiguration.class)
    @Import(FunctionModules.class)
    static class Modules {}

    private FunctionApplication(Shell shell, ConfigurableApplicationContext context) {
        this.shell = shell;
        this.context = context;
        this.doors = Doors.of(context, shell.settings(), shell.limits(), shell.database()::isReady);
    }

    public static void main(String[] args) throws InterruptedException {
        var application = start(Config.environment());
        Runtime.getRuntime().addShutdownHook(new Thread(application::close, "stop"));
        application.stopped.await();
    }

    /**
     * Starts in this process with exactly these settings and returns when the port is open.
     *
     * @throws IllegalArgumentException naming the settings that are missing or wrong
     */
    public static FunctionApplication start(Map<String, String> env) {
        long began = System.nanoTime();
        var shell = new Shell(env);
        try {
            var application = new FunctionApplication(shell, context(shell));
            application.doors.http().start();
            var unread = shell.settings().unread();
            if (!unread.isEmpty()) {
                LOG.info("msg=settings_nobody_reads names={}", unread);
            }
            LOG.info("msg=started port={} ms={}", application.port(), (System.nanoTime() - began) / 1_000_000);
            return application;
        } catch (RuntimeException e) {
            shell.close();
            throw e;
        }
    }

    private static ConfigurableApplicationContext context(Shell shell) {
        // Logback reads its own file; Boot's second look at it costs a start tens of milliseconds.
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        var spring = new SpringApplication(Modules.class);
        spring.setWebApplicationType(WebApplicationType.NONE);
        spring.setRegisterShutdownHook(false);
        spring.setLogStartupInfo(false);
        spring.setEnvironment(environment(shell.settings()));
        spring.addInitializers(
                (ApplicationContextInitializer<GenericApplicationContext>) given -> registerShell(given, shell));
        return spring.run();
    }

    /** Only the given settings: what else is in this process's environment must not reach a function. */
    private static StandardEnvironment environment(Settings settings) {
        var properties = new LinkedHashMap<String, Object>(settings.env());
        properties.put("spring.main.banner-mode", "off");
        properties.put("spring.cloud.function.scan.enabled", "false");
        var environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("settings", properties));
        environment.getPropertySources().remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
        return environment;
    }

    private static void registerShell(GenericApplicationContext context, Shell shell) {
        context.registerBean(Settings.class, shell::settings);
        context.registerBean(SecretStore.class, shell::secrets, definition -> definition.setDestroyMethodName(""));
        context.registerBean(Database.class, shell::database, definition -> definition.setDestroyMethodName(""));
        context.registerBean(Operations.class, shell::operations);
        context.registerBean(ShellMetrics.class, shell::metrics);
        context.registerBean(Telemetry.class, shell::telemetry, definition -> definition.setDestroyMethodName(""));
        context.registerBean(
                OpenTelemetry.class, shell.telemetry()::api, definition -> definition.setDestroyMethodName(""));
        // Without one of its own the catalogue builds a mapper with every module that it can find.
        context.registerBean(JsonMapper.class, () -> new JacksonMapper(Json.mapper()));
        shell.publisher()
                .ifPresent(publisher -> context.registerBean(
                        Publisher.class, () -> publisher, definition -> definition.setDestroyMethodName("")));
    }

    /** The port that listens; useful when NKAP_PORT is 0. */
    public int port() {
        return doors.http().port();
    }

    /** Hands events to the functions of this process without HTTP. */
    public EventSink inProcess() {
        return doors.events();
    }

    public ConfigurableApplicationContext context() {
        return context;
    }

    /** Drains and stops. */
    @Override
    public void close() {
        doors.http().close();
        doors.permissions().close();
        context.close();
        shell.close();
        stopped.countDown();
    }
}
