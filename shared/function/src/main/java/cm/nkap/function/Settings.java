package cm.nkap.function;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings of this process, a bean for function modules: {@code settings.read(PayoutConfig.class)}. */
public final class Settings {
    private static final Logger LOG = LoggerFactory.getLogger(Settings.class);

    private final Map<String, String> env;
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    public Settings(Map<String, String> env) {
        this.env = Map.copyOf(env);
        asked.add("NKAP_FUNCTIONS");
        asked.add("NKAP_LOG_LEVEL");
    }

    /** Reads a record of settings and says in the log what it holds, secrets masked. */
    public <R extends Record> R read(Class<R> type) {
        for (var component : type.getRecordComponents()) {
            asked.add(SettingsReader.variable(component));
        }
        var read = Config.read(env, type);
        LOG.info("msg=settings of={} {}", type.getSimpleName(), Config.printed(read));
        return read;
    }

    /** Our names that nobody has asked for, most likely mistyped. */
    Set<String> unread() {
        var names = new TreeSet<>(env.keySet());
        names.removeIf(name -> !name.startsWith("NKAP_") || asked.contains(name));
        return names;
    }

    public Map<String, String> env() {
        return env;
    }

    @Override
    public String toString() {
        return "Settings[" + env.size() + " variables]";
    }
}
