package cm.nkap.function;

import java.util.Map;

/** The settings of this process, a bean for function modules: {@code settings.read(PayoutConfig.class)}. */
public final class Settings {
    private final Map<String, String> env;

    public Settings(Map<String, String> env) {
        this.env = Map.copyOf(env);
    }

    /** @throws IllegalArgumentException naming every problem at once */
    public <R extends Record> R read(Class<R> type) {
        return Config.read(env, type);
    }

    public Map<String, String> env() {
        return env;
    }

    @Override
    public String toString() {
        return "Settings[" + env.size() + " variables]";
    }
}
