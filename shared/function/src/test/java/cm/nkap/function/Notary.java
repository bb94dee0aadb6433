package cm.nkap.function;

import cm.nkap.function.approvals.Approval;
import cm.nkap.function.approvals.ApprovalKind;
import cm.nkap.function.approvals.Approvals;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/** Notes that one person asks for and another one lets be written. */
@FunctionModule("notary")
@Configuration(proxyBeanMethods = false)
class Notary implements ApprovalKind<Notary.Deed> {
    record Deed(String text) {}

    record Yes() {}

    @Override
    public String name() {
        return "deed";
    }

    @Override
    public Class<Deed> payload() {
        return Deed.class;
    }

    @Override
    public Set<Role> deciders() {
        return Set.of(Role.TREASURY);
    }

    @Override
    public String version(Tx tx, Deed deed) {
        return "";
    }

    @Override
    public String execute(Tx tx, Call call, Deed deed) {
        tx.handle()
                .createUpdate("INSERT INTO notebook.note (org_id, text, amount) VALUES ('boutique-douala', :text, 1)")
                .bind("text", deed.text)
                .execute();
        return "written";
    }

    @Bean
    HttpRoute askForDeedRoute() {
        return HttpRoute.post("/v1/deeds", "askForDeed").roles(Role.PLATFORM);
    }

    @Bean
    Function<Message<Deed>, Message<Approval>> askForDeed(Operations operations) {
        return operations.command((tx, call, deed) -> Reply.accepted(Approvals.request(
                tx, call, new Notary(), new Approvals.Ask<>("boutique-douala", "deed", deed, "because"))));
    }

    @Bean
    HttpRoute decideDeedRoute() {
        return HttpRoute.post("/v1/deeds/{id}/decision", "decideDeed")
                .roles(Role.TREASURY, Role.PLATFORM)
                .stepUp();
    }

    @Bean
    Function<Message<Yes>, Message<Approval>> decideDeed(Operations operations) {
        var approvals = new Approvals(List.of(new Notary()));
        return operations.command((tx, call, yes) -> Reply.ok(approvals.approve(tx, call, call.path("id"), "")));
    }
}
