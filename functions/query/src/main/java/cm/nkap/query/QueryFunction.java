package cm.nkap.query;

import cm.nkap.function.FunctionModule;
import cm.nkap.function.HttpRoute;
import cm.nkap.function.Operations;
import cm.nkap.function.Page;
import cm.nkap.function.Role;
import cm.nkap.ledger.Ledger;
import cm.nkap.payments.ChargeView;
import cm.nkap.payments.PayoutView;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/** Where the reads are reached and by whom. */
@FunctionModule("query")
@Configuration(proxyBeanMethods = false)
class QueryFunction {
    private final Ledger ledger = new Ledger();

    @Bean
    HttpRoute listChargesRoute() {
        return HttpRoute.get("/v1/charges", "listCharges").anyRole();
    }

    @Bean
    Function<Message<byte[]>, Message<Page<ChargeView>>> listCharges(Operations operations) {
        return operations.read(Payments::charges);
    }

    @Bean
    HttpRoute readChargeRoute() {
        return HttpRoute.get("/v1/charges/{id}", "readCharge").anyRole();
    }

    @Bean
    Function<Message<byte[]>, Message<ChargeView>> readCharge(Operations operations) {
        return operations.read(Payments::charge);
    }

    @Bean
    HttpRoute listPayoutsRoute() {
        return ofOrg("/v1/payouts", "listPayouts");
    }

    @Bean
    Function<Message<byte[]>, Message<Page<PayoutView>>> listPayouts(Operations operations) {
        return operations.read(Payments::payouts);
    }

    @Bean
    HttpRoute readPayoutRoute() {
        return ofOrg("/v1/payouts/{id}", "readPayout");
    }

    @Bean
    Function<Message<byte[]>, Message<PayoutView>> readPayout(Operations operations) {
        return operations.read(Payments::payout);
    }

    @Bean
    HttpRoute listBalancesRoute() {
        return ofOrg("/v1/balances", "listBalances");
    }

    @Bean
    Function<Message<byte[]>, Message<Page<Books.BalanceView>>> listBalances(Operations operations) {
        return operations.read(new Books(ledger)::balances);
    }

    @Bean
    HttpRoute listJournalsRoute() {
        return ofOrg("/v1/journals", "listJournals");
    }

    @Bean
    Function<Message<byte[]>, Message<Page<JournalView>>> listJournals(Operations operations) {
        return operations.read(new Books(ledger)::journals);
    }

    @Bean
    HttpRoute listFloatsRoute() {
        return ofStaff("/v1/floats", "listFloats");
    }

    @Bean
    Function<Message<byte[]>, Message<Page<Books.FloatView>>> listFloats(Operations operations) {
        return operations.read(new Books(ledger)::floats);
    }

    @Bean
    HttpRoute listExceptionsRoute() {
        return ofStaff("/v1/exceptions", "listExceptions");
    }

    @Bean
    Function<Message<byte[]>, Message<Page<Oversight.ExceptionView>>> listExceptions(Operations operations) {
        return operations.read(Oversight::exceptions);
    }

    @Bean
    HttpRoute listSealsRoute() {
        return ofStaff("/v1/seals", "listSeals");
    }

    @Bean
    Function<Message<byte[]>, Message<Page<SealReads.SealView>>> listSeals(Operations operations) {
        return operations.read(new SealReads()::seals);
    }

    @Bean
    HttpRoute listChecksRoute() {
        return ofStaff("/v1/checks", "listChecks");
    }

    @Bean
    Function<Message<byte[]>, Message<Page<Oversight.CheckView>>> listChecks(Operations operations) {
        return operations.read(Oversight::checks);
    }

    @Bean
    HttpRoute listUnappliedReceiptsRoute() {
        return ofOrg("/v1/unapplied-receipts", "listUnappliedReceipts");
    }

    @Bean
    Function<Message<byte[]>, Message<Page<Oversight.ReceiptView>>> listUnappliedReceipts(Operations operations) {
        return operations.read(Oversight::receipts);
    }

    @Bean
    HttpRoute listEventsRoute() {
        return ofOrg("/v1/events", "listEvents");
    }

    @Bean
    Function<Message<byte[]>, Message<Page<EventView>>> listEvents(Operations operations) {
        return operations.read(Oversight::events);
    }

    @Bean
    HttpRoute tracePaymentRoute() {
        return HttpRoute.get("/v1/payments/{id}/trace", "tracePayment").anyRole();
    }

    @Bean
    Function<Message<byte[]>, Message<TraceView>> tracePayment(Operations operations) {
        return operations.read(new Traces(ledger)::trace);
    }

    private static HttpRoute ofOrg(String template, String bean) {
        return HttpRoute.get(template, bean).roles(Role.MERCHANT, Role.ORG_ADMIN, Role.TREASURY, Role.PLATFORM);
    }

    private static HttpRoute ofStaff(String template, String bean) {
        return HttpRoute.get(template, bean).roles(Role.TREASURY, Role.PLATFORM);
    }
}
