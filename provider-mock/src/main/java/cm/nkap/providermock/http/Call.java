package cm.nkap.providermock.http;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One HTTP request.
 *
 * @param path without the query, never decoded beyond what the server did
 * @param query first value of each parameter
 * @param headers first value of each header, names in lower case
 */
public record Call(String method, String path, Map<String, String> query, Map<String, String> headers, String body) {

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    public boolean is(String wantedMethod, String wantedPath) {
        return method.equals(wantedMethod) && path.equals(wantedPath);
    }

    /** The same call below a base path. */
    public Call below(String base) {
        return new Call(method, path.substring(base.length()), query, headers, body);
    }
}
