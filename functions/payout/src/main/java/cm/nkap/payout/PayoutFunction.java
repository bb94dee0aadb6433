package cm.nkap.payout;

import cm.nkap.function.EventBatch;
import cm.nkap.function.EventTrigger;
import cm.nkap.function.FunctionModule;
import cm.nkap.function.HttpRoute;
import cm.nkap.function.Operations;
import cm.nkap.function.Role;
import cm.nkap.function.Settings;
import cm.nkap.ledger.Ledger;
import cm.nkap.payments.PaymentsConfig;
import cm.nkap.payments.PayoutView;
import cm.nkap.secrets.SecretStore;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/** Where payout is reached: its route, its events, its beans. */
@FunctionModule("payout")
@Configuration(proxyBeanMethods = false)
public class PayoutFunction {
    private static final String NAME = "payout";
    private final PayoutBooks books = new PayoutBooks(new Ledger());

    @Bean
    HttpRoute createPayoutRoute() {
        return HttpRoute.post("/v1/payouts", "createPayout").roles(Role.MERCHANT, Role.ORG_ADMIN);
    }

    @Bean
    Function<Message<CreatePayout.Request>, Message<PayoutView>> createPayout(
            Operations operations, Settings settings, SecretStore secrets) {
        var config = settings.read(PaymentsConfig.class);
        return operations.command(new CreatePayout(config.routing(), config.personalData(secrets), books));
    }

    @Bean
    EventTrigger automaticPayoutTrigger() {
        return EventTrigger.of(NAME, "nkap.charge.succeeded", "automaticPayout");
    }

    @Bean
    Consumer<EventBatch> automaticPayout(Operations operations) {
        return operations.settlement(NAME, new AutomaticPayout(books));
    }

    @Bean
    EventTrigger queuedPayoutTrigger() {
        return EventTrigger.of(NAME, "nkap.payout.due", "queuedPayout");
    }

    @Bean
    Consumer<EventBatch> queuedPayout(Operations operations) {
        return operations.settlement(NAME, new QueuedPayout(books));
    }

    @Bean
    EventTrigger settlePayoutTrigger() {
        return EventTrigger.of(NAME, "nkap.provider.disbursement.>", "settlePayout");
    }

    @Bean
    Consumer<EventBatch> settlePayout(Operations operations) {
        return operations.settlement(NAME, new SettlePayout(books));
    }
}
