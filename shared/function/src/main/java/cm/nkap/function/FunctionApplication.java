package cm.nkap.function;

import cm.nkap.events.EventSink;
import java.util.Map;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** The one main class of every function: the functions on the class path are what it serves. */
public final class FunctionApplication implements AutoCloseable {
    private final ConfigurableApplicationContext context;

    private FunctionApplication(ConfigurableApplicationContext context) {
        this.context = context;
    }

    public static void main(String[] args) {
        start(Config.environment());
    }

    /** Starts in this process with exactly these settings and returns when the port is open. */
    public static FunctionApplication start(Map<String, String> env) {
        if (env.isEmpty()) {
            throw new IllegalArgumentException("no settings");
        }
        return new FunctionApplication(new GenericApplicationContext());
    }

    /** The port that listens; useful when NKAP_PORT is 0. */
    public int port() {
        return context.getBean(Integer.class);
    }

    /** Hands events to the functions of this process without HTTP. */
    public EventSink inProcess() {
        return context.getBean(EventSink.class);
    }

    public ConfigurableApplicationContext context() {
        return context;
    }

    /** Drains and stops. */
    @Override
    public void close() {
        context.close();
    }
}
