package cm.nkap.query;

import cm.nkap.function.FunctionModule;
import cm.nkap.function.HttpRoute;
import cm.nkap.function.Operations;
import cm.nkap.function.Page;
import cm.nkap.function.Role;
import cm.nkap.function.approvals.Approval;
import cm.nkap.function.approvals.ApprovalReads;
import cm.nkap.function.approvals.AuditLog;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/** Where it is read who asked for what, who decided it, and who changed what. */
@FunctionModule("query")
@Configuration(proxyBeanMethods = false)
class AccountabilityFunction {
    @Bean
    HttpRoute listApprovalsRoute() {
        return route("/v1/approvals", "listApprovals");
    }

    @Bean
    Function<Message<byte[]>, Message<Page<Approval>>> listApprovals(Operations operations) {
        return operations.read(ApprovalReads::list);
    }

    @Bean
    HttpRoute readApprovalRoute() {
        return route("/v1/approvals/{id}", "readApproval");
    }

    @Bean
    Function<Message<byte[]>, Message<Approval>> readApproval(Operations operations) {
        return operations.read(ApprovalReads::one);
    }

    @Bean
    HttpRoute listAuditEntriesRoute() {
        return route("/v1/audit", "listAuditEntries");
    }

    @Bean
    Function<Message<byte[]>, Message<Page<AuditLog.Entry>>> listAuditEntries(Operations operations) {
        return operations.read(AuditLog::list);
    }

    private static HttpRoute route(String template, String bean) {
        return HttpRoute.get(template, bean).roles(Role.ORG_ADMIN, Role.TREASURY, Role.PLATFORM);
    }
}
