package cm.nkap.accounts;

import cm.nkap.function.FunctionModule;
import cm.nkap.function.HttpRoute;
import cm.nkap.function.Operations;
import cm.nkap.function.Role;
import cm.nkap.function.approvals.Approval;
import cm.nkap.function.approvals.Approvals;
import java.util.List;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/** Where what accounts changes only by two people is asked for, decided and taken back. */
@FunctionModule("accounts")
@Configuration(proxyBeanMethods = false)
class ApprovalsFunction {
    @Bean
    HttpRoute createFeePlanRoute() {
        return HttpRoute.post("/v1/fee-plans", "createFeePlan")
                .roles(Role.PLATFORM)
                .permission("fee-plan#propose");
    }

    @Bean
    Function<Message<FeePlans.Request>, Message<Approval>> createFeePlan(Operations operations) {
        return operations.command(new FeePlans());
    }

    @Bean
    HttpRoute decideApprovalRoute() {
        return HttpRoute.post("/v1/approvals/{id}/decision", "decideApproval")
                .roles(Role.TREASURY, Role.PLATFORM)
                .permission("approval#decide")
                .stepUp();
    }

    @Bean
    Function<Message<Decisions.Request>, Message<Approval>> decideApproval(Operations operations) {
        return operations.command(new Decisions(new Approvals(List.of(new FeePlanChange()))));
    }

    @Bean
    HttpRoute cancelApprovalRoute() {
        return HttpRoute.post("/v1/approvals/{id}/cancellation", "cancelApproval")
                .roles(Role.TREASURY, Role.PLATFORM);
    }

    @Bean
    Function<Message<Decisions.Nothing>, Message<Approval>> cancelApproval(Operations operations) {
        return operations.command(Decisions::cancel);
    }
}
