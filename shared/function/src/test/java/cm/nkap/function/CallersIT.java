package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.TokenIssuer.Grant;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CallersIT {
    @SuppressWarnings("NullAway.Init") // made before the first test
    private static Running running;

    @BeforeAll
    static void start() {
        running = new Running();
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @Test
    void whoIsUnknownOrMayNotIsToldApart() {
        var nobody = running.send(running.to("/v1/notes").GET());
        var wrongRole = IdempotencyIT.write(
                running, running.token("boutique-douala", "treasury"), "k", "{\"text\":\"x\",\"amount\":1}");
        var noOrg = running.send(running.authorized("/v1/notes", running.issuer.mint(Grant.of("ama", null, "merchant")))
                .GET());

        assertThat(nobody.statusCode()).isEqualTo(401);
        assertThat(nobody.headers().firstValue("www-authenticate"))
                .get()
                .asString()
                .startsWith("Bearer");
        assertThat(Running.json(nobody).path("code").asString()).isEqualTo("unauthenticated");
        assertThat(wrongRole.statusCode()).isEqualTo(403);
        assertThat(noOrg.statusCode()).isEqualTo(403);
        assertThat(Running.json(noOrg).path("code").asString()).isEqualTo("forbidden");
    }

    @Test
    void anotherOrganisationsObjectIsNotThere() {
        var location = running.post("{\"text\":\"mine\",\"amount\":1}")
                .headers()
                .firstValue("location")
                .orElseThrow();
        var stranger = running.token("boutique-yaounde", "merchant");
        var change = running.authorized(location, stranger)
                .header("content-type", "application/json")
                .PUT(BodyPublishers.ofString("{\"text\":\"stolen\",\"amount\":1}"));

        assertThat(running.send(running.authorized(location, running.merchant()).GET())
                        .statusCode())
                .isEqualTo(200);
        assertThat(running.send(running.authorized(location, stranger).GET()).statusCode())
                .isEqualTo(404);
        assertThat(running.send(change).statusCode()).isEqualTo(404);
        assertThat(running.send(running.authorized(location, running.token("nkap", "platform"))
                                .GET())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void anInternalRouteIsForTimersThatKnowTheSecret() {
        var nobody = running.to("/internal/notebook/tick").POST(BodyPublishers.noBody());
        var merchant = running.authorized("/internal/notebook/tick", running.merchant())
                .POST(BodyPublishers.noBody());
        var timer = nobody.copy().header("x-nkap-event-secret", Running.SECRET);

        assertThat(running.send(nobody).statusCode()).isEqualTo(401);
        assertThat(running.send(merchant).statusCode()).isEqualTo(401);
        assertThat(running.send(timer).statusCode()).isEqualTo(204);
    }

    @Test
    void whereALoginMustBeFreshAnOldOneIsToldHow() {
        var merchant = Grant.of("awa", "boutique-douala", "merchant");
        var old = burn(merchant.loggedIn(Instant.now().minus(Duration.ofMinutes(6))));
        var future = burn(merchant.loggedIn(Instant.now().plus(Duration.ofHours(1))));
        var program = burn(merchant.program());

        assertThat(burn(merchant).statusCode()).isEqualTo(204);
        for (var refused : List.of(old, future)) {
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(Running.json(refused).path("code").asString()).isEqualTo("insufficient_user_authentication");
            assertThat(refused.headers().allValues("www-authenticate"))
                    .singleElement()
                    .satisfies(challenge -> assertThat(challenge)
                            .startsWith("Bearer")
                            .contains("error=\"insufficient_user_authentication\"", "max_age=\"300\""));
        }
        assertThat(program.statusCode()).as("no login would help").isEqualTo(403);
    }

    private static HttpResponse<String> burn(Grant caller) {
        return running.send(running.authorized("/v1/notes/1/burning", running.issuer.mint(caller))
                .header("idempotency-key", UUID.randomUUID().toString())
                .POST(BodyPublishers.noBody()));
    }
}
