package cm.nkap.providermock;

import cm.nkap.providermock.http.Answer;
import cm.nkap.providermock.http.Call;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.http.HttpHeader;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** WireMock carries the bytes, waits without a thread and breaks connections; what to answer is decided by ours. */
final class WireMockBridge implements ResponseDefinitionTransformerV2 {
    private final Function<Call, Answer> answers;

    WireMockBridge(Function<Call, Answer> answers) {
        this.answers = answers;
    }

    @Override
    public String getName() {
        return "nkap-provider-mock";
    }

    @Override
    public ResponseDefinition transform(ServeEvent event) {
        Answer answer = answers.apply(call(event.getRequest()));
        ResponseDefinitionBuilder response = new ResponseDefinitionBuilder();
        if (answer.delayMs() > 0) {
            response.withFixedDelay(Math.toIntExact(answer.delayMs()));
        }
        switch (answer) {
            case Answer.Page(int status, String contentType, String body, var _) -> {
                response.withStatus(status);
                if (!contentType.isEmpty()) {
                    response.withHeader("Content-Type", contentType);
                }
                if (!body.isEmpty()) {
                    response.withBody(body.getBytes(StandardCharsets.UTF_8));
                }
            }
            case Answer.Reset _ -> response.withFault(Fault.CONNECTION_RESET_BY_PEER);
        }
        return response.build();
    }

    private static Call call(Request request) {
        String url = request.getUrl();
        int mark = url.indexOf('?');
        Map<String, String> headers = new HashMap<>();
        for (HttpHeader header : request.getHeaders().all()) {
            headers.putIfAbsent(header.key().toLowerCase(Locale.ROOT), header.isPresent() ? header.firstValue() : "");
        }
        return new Call(
                request.getMethod().getName(),
                mark < 0 ? url : url.substring(0, mark),
                mark < 0 ? Map.of() : query(url.substring(mark + 1)),
                headers,
                request.getBodyAsString());
    }

    private static Map<String, String> query(String text) {
        Map<String, String> query = new HashMap<>();
        for (String pair : text.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.putIfAbsent(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return query;
    }
}
