package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.events.EventSink;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.function.context.FunctionCatalog;

class FunctionApplicationIT {
    private static final Map<String, String> NO_DATABASE_YET = Map.of(
            "DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/nkap",
            "NKAP_PORT", "0",
            "NKAP_ISSUER", "http://localhost/realms/nkap",
            "NKAP_JWKS_URL", "http://127.0.0.1:1/certs",
            "NKAP_DATABASE_POOL_WAIT", "300ms");

    @Test
    void startsWithoutItsDatabaseAndSaysThatItIsNotReady() throws Exception {
        try (var application = FunctionApplication.start(NO_DATABASE_YET)) {
            assertThat(status(application, "/health/liveness")).isEqualTo(200);
            assertThat(status(application, "/health/readiness")).isEqualTo(503);
        }
    }

    private static int status(FunctionApplication application, String path) throws Exception {
        try (var client = java.net.http.HttpClient.newHttpClient()) {
            return client.send(
                            Running.to(application.port(), path).build(),
                            java.net.http.HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    @Test
    void namesEverySettingThatIsMissing() {
        assertThatThrownBy(() -> FunctionApplication.start(Map.of("NKAP_DATABASE_POOL", "few")))
                .hasStackTraceContaining("DATABASE_URL is not set")
                .hasStackTraceContaining("NKAP_DATABASE_POOL is not a valid int");
    }

    @Test
    void servesOnlyTheFunctionsThatAreChosen() {
        var chosen = new HashMap<>(NO_DATABASE_YET);
        chosen.put("NKAP_FUNCTIONS", "notebook");
        try (var application = FunctionApplication.start(chosen)) {
            assertThat(application.context().getBeansOfType(HttpRoute.class)).isNotEmpty();
        }

        chosen.put("NKAP_FUNCTIONS", "notebook,nonsense");
        assertThatThrownBy(() -> FunctionApplication.start(chosen)).hasStackTraceContaining("nonsense");
    }

    @Test
    void theFunctionsAreInTheCatalogue() {
        try (var application = FunctionApplication.start(NO_DATABASE_YET)) {
            FunctionCatalog catalogue = application.context().getBean(FunctionCatalog.class);

            assertThat(catalogue.getNames(java.util.function.Function.class)).contains("writeNote", "readNotes");
            assertThat(catalogue.getNames(java.util.function.Consumer.class)).contains("noteFailure");
            EventSink sink = application.inProcess();
            assertThat(sink).isNotNull();
        }
    }
}
