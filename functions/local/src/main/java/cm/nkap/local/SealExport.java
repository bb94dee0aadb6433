package cm.nkap.local;

import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import tools.jackson.databind.JsonNode;

/** Prints the ledger's sealed roots, one line each: what to keep outside, and what {@link Verify} takes. */
public final class SealExport {
    private SealExport() {}

    public static void main(String[] arguments) {
        try (HttpClient http = Api.client()) {
            print(Api.of(http, System.getenv(), "NKAP_TREASURY_TOKEN"), arguments.length == 0 ? "0" : arguments[0]);
        } catch (IllegalStateException | UncheckedIOException e) {
            System.err.println("The seals cannot be read: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void print(Api treasury, String after) {
        String last = after;
        boolean more = true;
        while (more) {
            JsonNode page = treasury.get("/v1/seals?limit=100&after=" + last);
            for (JsonNode seal : page.path("data")) {
                System.out.println(seal.path("line").asString());
                last = Long.toString(seal.path("number").asLong());
            }
            more = page.path("has_more").asBoolean();
        }
    }
}
