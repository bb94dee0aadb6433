package cm.nkap.function;

import java.util.Map;
import java.util.Set;

/** The only reader of the environment. */
public final class Config {
    private Config() {}

    /** This process's environment, for mains. */
    public static Map<String, String> environment() {
        return Map.copyOf(System.getenv());
    }

    /**
     * Reads a record of settings. The component {@code statusSchedule} is the variable {@code NKAP_STATUS_SCHEDULE}
     * unless {@link Setting} says otherwise; a component without default is required unless it is {@code @Nullable}.
     *
     * @throws IllegalArgumentException naming every problem at once
     */
    public static <R extends Record> R read(Map<String, String> env, Class<R> type) {
        return new SettingsReader(env).read(type);
    }

    /** The record's values for a log line, secrets masked. */
    public static String printed(Record settings) {
        return printed(settings, Set.of());
    }

    /** @param masked variables that are not shown either, whatever their name */
    static String printed(Record settings, Set<String> masked) {
        return SettingsReader.printed(settings, masked);
    }
}
