package cm.nkap.providergateway;

import cm.nkap.function.Database;
import cm.nkap.function.EventBatch;
import cm.nkap.function.EventTrigger;
import cm.nkap.function.FunctionModule;
import cm.nkap.function.Operations;
import cm.nkap.function.Settings;
import cm.nkap.payments.PaymentsConfig;
import cm.nkap.providers.GuardedProvider;
import cm.nkap.providers.Provider;
import cm.nkap.providers.ProviderName;
import cm.nkap.providers.TracedProvider;
import cm.nkap.providers.mtn.MtnProvider;
import cm.nkap.secrets.SecretStore;
import io.opentelemetry.api.OpenTelemetry;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Where provider-gateway is reached: by events only. */
@FunctionModule("provider-gateway")
@Configuration(proxyBeanMethods = false)
public class ProviderGatewayFunction {
    static final String NAME = "provider-gateway";

    @Bean
    EventTrigger chargeCreated() {
        return EventTrigger.of(NAME, "nkap.charge.created", "askProvider");
    }

    @Bean
    EventTrigger payoutRequested() {
        return EventTrigger.of(NAME, "nkap.payout.requested", "askProvider");
    }

    @Bean
    EventTrigger callbackReceived() {
        return EventTrigger.of(NAME, "nkap.provider.callback_received", "askProvider");
    }

    @Bean
    EventTrigger statusDue() {
        return EventTrigger.of(NAME, "nkap.provider.status_due", "askProvider");
    }

    @Bean
    Consumer<EventBatch> askProvider(
            Operations operations,
            Database database,
            Settings settings,
            SecretStore secrets,
            ObjectProvider<OpenTelemetry> telemetry) {
        var config = settings.read(ProviderGatewayConfig.class);
        var personalData = settings.read(PaymentsConfig.class).personalData(secrets);
        var limits = GuardedProvider.Limits.standard().withStatusesPerSecond(config.statusesPerSecond());
        var api = telemetry.getIfAvailable(OpenTelemetry::noop);
        var mtn = new GuardedProvider(
                new CurrentProvider<>(
                        settings.following(MtnSettings.class),
                        current -> new MtnProvider(current.config(), InstantSource.system())),
                limits,
                api.getMeter("cm.nkap.providers"));
        Map<ProviderName, Provider> providers =
                Map.of(ProviderName.MTN, new TracedProvider(mtn, api.getTracer("cm.nkap.providers")));
        var journal = new RequestJournal(database, new Transitions(config), personalData, config);
        return operations.reaction(NAME, new ProviderGateway(providers, personalData, journal, config));
    }
}
