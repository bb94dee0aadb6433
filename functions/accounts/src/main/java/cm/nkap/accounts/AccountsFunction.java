package cm.nkap.accounts;

import cm.nkap.function.FunctionModule;
import cm.nkap.function.HttpRoute;
import cm.nkap.function.Operations;
import cm.nkap.function.Page;
import cm.nkap.function.Role;
import cm.nkap.function.Settings;
import cm.nkap.ledger.Ledger;
import cm.nkap.payments.PaymentsConfig;
import cm.nkap.secrets.SecretStore;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/** Where accounts is reached and by whom. */
@FunctionModule("accounts")
@Configuration(proxyBeanMethods = false)
class AccountsFunction {
    @Bean
    HttpRoute readOwnOrganisationRoute() {
        return ofOrg("/v1/organisation", "readOwnOrganisation");
    }

    @Bean
    Function<Message<byte[]>, Message<Organisations.View>> readOwnOrganisation(Operations operations) {
        return operations.read(Organisations::own);
    }

    @Bean
    HttpRoute readOrganisationRoute() {
        return ofOrg("/v1/organisations/{id}", "readOrganisation");
    }

    @Bean
    Function<Message<byte[]>, Message<Organisations.View>> readOrganisation(Operations operations) {
        return operations.read(Organisations::one);
    }

    @Bean
    HttpRoute createOrganisationRoute() {
        return HttpRoute.post("/v1/organisations", "createOrganisation").roles(Role.PLATFORM);
    }

    @Bean
    Function<Message<Organisations.Request>, Message<Organisations.View>> createOrganisation(Operations operations) {
        return operations.command(new Organisations(new Ledger()));
    }

    @Bean
    HttpRoute listMerchantsRoute() {
        return ofOrg("/v1/merchants", "listMerchants");
    }

    @Bean
    Function<Message<byte[]>, Message<Page<Merchants.View>>> listMerchants(Operations operations) {
        return operations.read(Merchants::list);
    }

    @Bean
    HttpRoute readMerchantRoute() {
        return ofOrg("/v1/merchants/{id}", "readMerchant");
    }

    @Bean
    Function<Message<byte[]>, Message<Merchants.View>> readMerchant(Operations operations) {
        return operations.read(Merchants::one);
    }

    @Bean
    HttpRoute listMerchantFeePlansRoute() {
        return ofOrg("/v1/merchants/{id}/fee-plans", "listMerchantFeePlans");
    }

    @Bean
    Function<Message<byte[]>, Message<Page<FeePlans.View>>> listMerchantFeePlans(Operations operations) {
        return operations.read(FeePlans::ofMerchant);
    }

    @Bean
    HttpRoute listFeePlansRoute() {
        return ofOrg("/v1/fee-plans", "listFeePlans");
    }

    @Bean
    Function<Message<byte[]>, Message<Page<FeePlans.View>>> listFeePlans(Operations operations) {
        return operations.read(FeePlans::list);
    }

    @Bean
    HttpRoute readFeePlanRoute() {
        return ofOrg("/v1/fee-plans/{id}", "readFeePlan");
    }

    @Bean
    Function<Message<byte[]>, Message<FeePlans.View>> readFeePlan(Operations operations) {
        return operations.read(FeePlans::one);
    }

    @Bean
    HttpRoute readPayoutPreferenceRoute() {
        return ofOrg("/v1/merchants/{id}/payout-preference", "readPayoutPreference");
    }

    @Bean
    Function<Message<byte[]>, Message<PayoutPreferences.View>> readPayoutPreference(Operations operations) {
        return operations.read(PayoutPreferences::read);
    }

    @Bean
    HttpRoute setPayoutPreferenceRoute() {
        return HttpRoute.put("/v1/merchants/{id}/payout-preference", "setPayoutPreference")
                .roles(Role.ORG_ADMIN);
    }

    @Bean
    Function<Message<PayoutPreferences.Request>, Message<PayoutPreferences.View>> setPayoutPreference(
            Operations operations, Settings settings, SecretStore secrets) {
        var config = settings.read(PaymentsConfig.class);
        return operations.change(new PayoutPreferences(config.routing(), config.personalData(secrets)));
    }

    @Bean
    HttpRoute createErasureRoute() {
        return HttpRoute.post("/v1/erasures", "createErasure").roles(Role.PLATFORM);
    }

    @Bean
    Function<Message<Erasures.Request>, Message<Erasures.View>> createErasure(
            Operations operations, Settings settings, SecretStore secrets) {
        return operations.command(
                new Erasures(settings.read(PaymentsConfig.class).personalData(secrets)));
    }

    @Bean
    HttpRoute readErasureRoute() {
        return HttpRoute.get("/v1/erasures/{id}", "readErasure").roles(Role.PLATFORM);
    }

    @Bean
    Function<Message<byte[]>, Message<Erasures.View>> readErasure(Operations operations) {
        return operations.read(Erasures::one);
    }

    private static HttpRoute ofOrg(String template, String bean) {
        return HttpRoute.get(template, bean).roles(Role.MERCHANT, Role.ORG_ADMIN, Role.TREASURY, Role.PLATFORM);
    }
}
