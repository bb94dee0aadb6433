package cm.nkap.function.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.function.HttpRoute;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private final Routes routes = new Routes(List.of(
            HttpRoute.get("/v1/charges/{id}", "one"),
            HttpRoute.get("/v1/charges/summary", "summary"),
            HttpRoute.post("/v1/charges", "create"),
            HttpRoute.get("/v1/payments/{id}/trace", "trace")));

    private String bean(String method, String path) {
        return routes.find(method, path)
                .match()
                .map(match -> match.route().bean())
                .orElse("-");
    }

    @Test
    void aLiteralSegmentWinsOverATemplate() {
        assertThat(bean("GET", "/v1/charges/summary")).isEqualTo("summary");
        assertThat(bean("GET", "/v1/charges/ch_1")).isEqualTo("one");
    }

    @Test
    void theValuesOfATemplateAreDecoded() {
        var match = routes.find("GET", "/v1/payments/a%20b+c/trace").match().orElseThrow();

        assertThat(match.path()).isEqualTo(Map.of("id", "a b+c"));
    }

    @Test
    void otherMethodsOfThePathAreTold() {
        assertThat(routes.find("PUT", "/v1/charges").methods()).containsExactly("POST");
        assertThat(routes.find("PUT", "/v1/nothing").methods()).isEmpty();
        assertThat(bean("HEAD", "/v1/charges/ch_1")).isEqualTo("one");
    }

    @Test
    void anEmptySegmentIsNoValue() {
        assertThat(bean("GET", "/v1/payments//trace")).isEqualTo("-");
        assertThat(bean("GET", "/v1/charges/")).isEqualTo("-");
    }

    @Test
    void twoRoutesCannotClaimTheSamePath() {
        assertThatThrownBy(
                        () -> new Routes(List.of(HttpRoute.get("/v1/a/{id}", "x"), HttpRoute.get("/v1/a/{name}", "y"))))
                .hasMessageContaining("GET /v1/a/");
    }

    @Test
    void requestIdsAreTimeOrderedAndUnique() {
        var first = RequestIds.accept(null);
        var second = RequestIds.accept(null);

        assertThat(first).matches("req_[0-9a-hjkmnp-tv-z]{26}").isNotEqualTo(second);
        assertThat(second.substring(0, 12)).isGreaterThanOrEqualTo(first.substring(0, 12));
    }
}
