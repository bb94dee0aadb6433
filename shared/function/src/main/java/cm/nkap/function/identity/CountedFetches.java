package cm.nkap.function.identity;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import java.io.IOException;
import java.net.URL;
import java.util.function.Consumer;

/** Fetches the issuer's keys and tells how each fetch ended. */
record CountedFetches(ResourceRetriever inner, Consumer<String> ended) implements ResourceRetriever {
    @Override
    public Resource retrieveResource(URL url) throws IOException {
        try {
            var found = inner.retrieveResource(url);
            ended.accept("fetched");
            return found;
        } catch (IOException e) {
            ended.accept("failed");
            throw e;
        }
    }
}
