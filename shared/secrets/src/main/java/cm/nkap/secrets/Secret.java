package cm.nkap.secrets;

import java.util.Map;
import java.util.TreeSet;

/** One version of a secret. Prints its field names, never a value. */
public record Secret(String path, int version, Map<String, String> fields) {
    public Secret {
        fields = Map.copyOf(fields);
    }

    /** @throws SecretsFailure.Missing when the secret has no such field */
    public String field(String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new SecretsFailure.Missing("the secret " + path + " has no field " + name);
        }
        return value;
    }

    @Override
    public String toString() {
        return "Secret[" + path + " version " + version + " fields " + new TreeSet<>(fields.keySet()) + "]";
    }
}
