package cm.nkap.providermock.vault;

import cm.nkap.providermock.http.Answer;
import cm.nkap.providermock.http.Call;
import java.util.function.BiConsumer;
import wiremock.com.fasterxml.jackson.databind.JsonNode;
import wiremock.com.fasterxml.jackson.databind.node.ObjectNode;

/** The addresses of the KV engine: {@code data}, {@code metadata}, {@code delete}, {@code undelete}, {@code destroy}. */
final class KeyValueCalls {
    private final KeyValue secrets;

    KeyValueCalls(KeyValue secrets) {
        this.secrets = secrets;
    }

    Answer answer(Call call, String below, ObjectNode body) {
        int slash = below.indexOf('/');
        String what = slash < 0 ? below : below.substring(0, slash);
        String path = slash < 0 ? "" : below.substring(slash + 1);
        boolean lists = call.method().equals("LIST") || call.parameter("list").isPresent();
        return switch (what) {
            case "data" -> data(call, path, body);
            case "metadata" -> lists ? secrets.list(path) : metadata(call, path);
            case "delete" -> done(secrets::delete, path, body);
            case "undelete" -> done(secrets::undelete, path, body);
            case "destroy" -> done(secrets::destroy, path, body);
            default -> throw VaultAnswers.missing();
        };
    }

    private Answer data(Call call, String path, ObjectNode body) {
        return switch (call.method()) {
            case "GET" ->
                secrets.read(
                        path, call.parameter("version").map(Integer::parseInt).orElse(0));
            case "DELETE" -> {
                secrets.deleteNewest(path);
                yield VaultAnswers.done();
            }
            default -> written(path, body);
        };
    }

    private Answer written(String path, ObjectNode body) {
        JsonNode expected = body.path("options").path("cas");
        if (!body.path("data").isObject()) {
            throw VaultAnswers.bad("no data provided");
        }
        int version = secrets.write(path, body.path("data"), expected.isIntegralNumber() ? expected.asInt() : null);
        return secrets.written(path, version);
    }

    private Answer metadata(Call call, String path) {
        if (call.method().equals("DELETE")) {
            secrets.forget(path);
            return VaultAnswers.done();
        }
        return secrets.metadata(path);
    }

    private static Answer done(BiConsumer<String, JsonNode> work, String path, ObjectNode body) {
        work.accept(path, body.path("versions"));
        return VaultAnswers.done();
    }
}
