package cm.nkap.providercallback;

import cm.nkap.function.Database;
import cm.nkap.function.FunctionModule;
import cm.nkap.function.HttpRoute;
import cm.nkap.function.Operations;
import cm.nkap.function.Settings;
import cm.nkap.function.telemetry.Telemetry;
import cm.nkap.payments.PaymentsConfig;
import cm.nkap.secrets.SecretStore;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/** Where provider-callback is reached: by providers, without a token of ours. */
@FunctionModule("provider-callback")
@Configuration(proxyBeanMethods = false)
public class ProviderCallbackFunction {
    private static final int MAX_BODY = 16 * 1024;

    private static final String PATH = "/v1/callbacks/{provider}/{token}";

    @Bean
    HttpRoute postedCallbackRoute() {
        return HttpRoute.post(PATH, "postedCallback").open().accepting().maxBody(MAX_BODY);
    }

    @Bean
    HttpRoute putCallbackRoute() {
        return HttpRoute.put(PATH, "putCallback").open().accepting().maxBody(MAX_BODY);
    }

    @Bean
    ProviderCallback providerCallback(Database database, Settings settings, SecretStore secrets, Telemetry telemetry) {
        return new ProviderCallback(
                database, settings.read(PaymentsConfig.class).personalData(secrets), telemetry.spans());
    }

    @Bean
    Function<Message<byte[]>, Message<ProviderCallback.Taken>> postedCallback(
            Operations operations, ProviderCallback callback) {
        return operations.raw(callback.by("POST"));
    }

    @Bean
    Function<Message<byte[]>, Message<ProviderCallback.Taken>> putCallback(
            Operations operations, ProviderCallback callback) {
        return operations.raw(callback.by("PUT"));
    }
}
