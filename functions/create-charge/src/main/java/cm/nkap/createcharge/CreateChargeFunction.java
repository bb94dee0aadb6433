package cm.nkap.createcharge;

import cm.nkap.function.EventBatch;
import cm.nkap.function.EventTrigger;
import cm.nkap.function.FunctionModule;
import cm.nkap.function.HttpRoute;
import cm.nkap.function.Operations;
import cm.nkap.function.Role;
import cm.nkap.function.Settings;
import cm.nkap.ledger.Ledger;
import cm.nkap.payments.ChargeView;
import cm.nkap.payments.PaymentsConfig;
import cm.nkap.secrets.SecretStore;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/** Where create-charge is reached: its route, its events, its beans. */
@FunctionModule("create-charge")
@Configuration(proxyBeanMethods = false)
public class CreateChargeFunction {
    @Bean
    HttpRoute createChargeRoute() {
        return HttpRoute.post("/v1/charges", "createCharge").roles(Role.MERCHANT, Role.CUSTOMER, Role.PLATFORM);
    }

    @Bean
    Function<Message<CreateCharge.Request>, Message<ChargeView>> createCharge(
            Operations operations, Settings settings, SecretStore secrets) {
        var config = settings.read(PaymentsConfig.class);
        return operations.command(
                new CreateCharge(config.routing(), config.personalData(secrets), config.promptLasts()));
    }

    @Bean
    EventTrigger settleChargeTrigger() {
        return EventTrigger.of("create-charge", "nkap.provider.collection.>", "settleCharge");
    }

    @Bean
    Consumer<EventBatch> settleCharge(Operations operations) {
        return operations.settlement("create-charge", new SettleCharge(new Ledger()));
    }
}
