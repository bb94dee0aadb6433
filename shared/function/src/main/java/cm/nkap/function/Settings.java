package cm.nkap.function;

import cm.nkap.secrets.SecretStore;
import cm.nkap.secrets.SecretsFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of this process, a bean for function modules: {@code settings.read(PayoutConfig.class)}. A value such as
 * {@code vault:kv/nkap/mtn#api_key} is read from the store of secrets.
 */
public final class Settings {
    private static final Logger LOG = LoggerFactory.getLogger(Settings.class);

    private final Map<String, String> env;
    private final SecretStore secrets;
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    public Settings(Map<String, String> env, SecretStore secrets) {
        this.env = Map.copyOf(env);
        this.secrets = secrets;
        asked.add("NKAP_FUNCTIONS");
        asked.add("NKAP_LOG_LEVEL");
        asked.add("NKAP_LOG_FORMAT");
        asked.addAll(variables(SecretsConfig.class));
    }

    /**
     * Reads a record of settings and says in the log what it holds, secrets masked.
     *
     * @throws IllegalArgumentException naming every setting that is missing or wrong, or whose secret cannot be had
     */
    public <R extends Record> R read(Class<R> type) {
        asked.addAll(variables(type));
        var references = references(type);
        var read = Config.read(resolved(type, references), type);
        LOG.info("msg=settings of={} {}", type.getSimpleName(), Config.printed(read, references.keySet()));
        return read;
    }

    /**
     * The same record again and again, and another one once a secret that it refers to has a new version. A version with
     * which the record cannot be made is left out, and the one before stays.
     */
    public <R extends Record> Supplier<R> following(Class<R> type) {
        var current = new AtomicReference<>(read(type));
        var paths = new HashSet<String>();
        references(type).values().forEach(reference -> paths.add(reference.path()));
        paths.forEach(path -> secrets.onChange(path, _ -> current.set(read(type))));
        return current::get;
    }

    private Map<String, SecretReference> references(Class<? extends Record> type) {
        var found = new LinkedHashMap<String, SecretReference>();
        var problems = new ArrayList<String>();
        for (var name : variables(type)) {
            try {
                SecretReference.in(env.getOrDefault(name, "")).ifPresent(reference -> found.put(name, reference));
            } catch (IllegalArgumentException e) {
                problems.add(name + " " + e.getMessage());
            }
        }
        refuse(type, problems);
        return found;
    }

    private Map<String, String> resolved(Class<? extends Record> type, Map<String, SecretReference> references) {
        if (references.isEmpty()) {
            return env;
        }
        var values = new HashMap<>(env);
        var problems = new ArrayList<String>();
        references.forEach((name, reference) -> {
            try {
                values.put(name, reference.value(secrets));
            } catch (SecretsFailure e) {
                problems.add(name + ": " + e.getMessage());
            }
        });
        refuse(type, problems);
        return values;
    }

    private static void refuse(Class<? extends Record> type, List<String> problems) {
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(type.getSimpleName() + ": " + String.join("; ", problems));
        }
    }

    private static List<String> variables(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(SettingsReader::variable)
                .toList();
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
