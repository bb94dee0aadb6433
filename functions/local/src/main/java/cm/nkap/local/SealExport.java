package cm.nkap.local;

import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * Prints the ledger's sealed roots, one line each: what to keep outside, and what {@link Verify} takes. With {@code --keys}
 * instead the public keys that signed them, with their versions.
 */
public final class SealExport {
    private SealExport() {}

    public static void main(String[] arguments) {
        try (HttpClient http = Api.client()) {
            Api treasury = Api.of(http, System.getenv(), "NKAP_TREASURY_TOKEN");
            if (arguments.length > 0 && arguments[0].equals("--keys")) {
                var keys = new TreeMap<Integer, String>();
                each(treasury, "0", seal -> {
                    if (!seal.path("key_version").isNull()) {
                        keys.put(
                                seal.path("key_version").asInt(),
                                seal.path("public_key").asString());
                    }
                });
                keys.forEach((version, key) -> System.out.println(version + " " + key));
            } else {
                each(
                        treasury,
                        arguments.length == 0 ? "0" : arguments[0],
                        seal -> System.out.println(seal.path("line").asString()));
            }
        } catch (IllegalStateException | UncheckedIOException e) {
            System.err.println("The seals cannot be read: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void each(Api treasury, String after, Consumer<JsonNode> work) {
        String last = after;
        boolean more = true;
        while (more) {
            JsonNode page = treasury.get("/v1/seals?limit=100&after=" + last);
            for (JsonNode seal : page.path("data")) {
                work.accept(seal);
                last = Long.toString(seal.path("number").asLong());
            }
            more = page.path("has_more").asBoolean();
        }
    }
}
