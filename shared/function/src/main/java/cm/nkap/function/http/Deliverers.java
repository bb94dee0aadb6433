package cm.nkap.function.http;

import cm.nkap.events.HttpSink;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Who may deliver events and wake internal routes: whoever knows the secret, or everybody behind a network policy. */
final class Deliverers {
    private final byte @Nullable [] secret;
    private final boolean open;

    Deliverers(ServerConfig config) {
        var said = config.eventSecret();
        this.secret = said == null ? null : said.getBytes(StandardCharsets.UTF_8);
        this.open = config.eventsOpen();
    }

    /** False when nobody could prove the right to deliver. */
    boolean canExist() {
        return open || secret != null;
    }

    boolean admits(Request request) {
        if (open) {
            return true;
        }
        var said = request.header(HttpSink.SECRET_HEADER);
        return said != null && secret != null && MessageDigest.isEqual(secret, said.getBytes(StandardCharsets.UTF_8));
    }
}
