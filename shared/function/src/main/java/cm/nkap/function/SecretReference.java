package cm.nkap.function;

import cm.nkap.secrets.SecretStore;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A setting that is not the value but says where it is kept: {@code vault:kv/nkap/mtn#api_key}. */
record SecretReference(String path, String field) {
    private static final Pattern FORM = Pattern.compile("vault:kv/([A-Za-z0-9_./-]+)#([A-Za-z0-9_.-]+)");

    /** @throws IllegalArgumentException when it begins like one and is none */
    static Optional<SecretReference> in(String text) {
        String stripped = text.strip();
        if (!stripped.startsWith("vault:")) {
            return Optional.empty();
        }
        Matcher parts = FORM.matcher(stripped);
        if (!parts.matches()) {
            throw new IllegalArgumentException("is not in the form vault:kv/path#field");
        }
        return Optional.of(new SecretReference(parts.group(1), parts.group(2)));
    }

    String value(SecretStore store) {
        return store.read(path).field(field);
    }
}
