package cm.nkap.accounts;

import cm.nkap.function.Database;
import cm.nkap.function.FunctionModule;
import cm.nkap.function.HttpRoute;
import cm.nkap.function.Operations;
import cm.nkap.function.Page;
import cm.nkap.function.Role;
import cm.nkap.function.Settings;
import cm.nkap.function.identity.IdentityConfig;
import cm.nkap.function.keycloak.KeycloakAdmin;
import cm.nkap.function.keycloak.KeycloakConfig;
import java.time.InstantSource;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/** Where an organisation's API clients and members are reached: the part of accounts that lives in Keycloak. */
@FunctionModule("accounts")
@Configuration(proxyBeanMethods = false)
class AccessFunction {
    private static final String CLIENTS = "api-client#manage";
    private static final String MEMBERS = "member#manage";

    @Bean
    KeycloakAdmin keycloakAdmin(Settings settings) {
        return new KeycloakAdmin(settings.read(KeycloakConfig.class));
    }

    @Bean
    AccessLog accessLog(Database database) {
        return new AccessLog(database);
    }

    @Bean
    ApiClients apiClients(KeycloakAdmin keycloak, AccessLog log, Settings settings) {
        return new ApiClients(keycloak, log, settings.read(IdentityConfig.class).issuer(), InstantSource.system());
    }

    @Bean
    Members members(KeycloakAdmin keycloak, AccessLog log, Settings settings) {
        return new Members(keycloak, log, settings.read(MembersConfig.class).keycloakMail());
    }

    @Bean
    HttpRoute createApiClientRoute() {
        return ofAdmin(HttpRoute.post("/v1/api-clients", "createApiClient"), CLIENTS);
    }

    @Bean
    Function<Message<ApiClients.Request>, Message<ApiClients.View>> createApiClient(
            Operations operations, ApiClients clients) {
        return operations.remote(clients);
    }

    @Bean
    HttpRoute listApiClientsRoute() {
        return ofAdmin(HttpRoute.get("/v1/api-clients", "listApiClients"), CLIENTS);
    }

    @Bean
    Function<Message<byte[]>, Message<Page<ApiClients.View>>> listApiClients(
            Operations operations, ApiClients clients) {
        return operations.raw(clients::list);
    }

    @Bean
    HttpRoute readApiClientRoute() {
        return ofAdmin(HttpRoute.get("/v1/api-clients/{id}", "readApiClient"), CLIENTS);
    }

    @Bean
    Function<Message<byte[]>, Message<ApiClients.View>> readApiClient(Operations operations, ApiClients clients) {
        return operations.raw(clients::one);
    }

    @Bean
    HttpRoute revokeApiClientRoute() {
        return ofAdmin(HttpRoute.delete("/v1/api-clients/{id}", "revokeApiClient"), CLIENTS);
    }

    @Bean
    Function<Message<byte[]>, Message<ApiClients.View>> revokeApiClient(Operations operations, ApiClients clients) {
        return operations.raw(clients::revoke);
    }

    @Bean
    HttpRoute rotateApiClientRoute() {
        return ofAdmin(HttpRoute.post("/v1/api-clients/{id}/rotation", "rotateApiClient"), CLIENTS);
    }

    @Bean
    Function<Message<ApiClients.Rotation>, Message<ApiClients.View>> rotateApiClient(
            Operations operations, ApiClients clients) {
        return operations.remote(clients::rotate);
    }

    @Bean
    HttpRoute inviteMemberRoute() {
        return ofAdmin(HttpRoute.post("/v1/members", "inviteMember"), MEMBERS);
    }

    @Bean
    Function<Message<Members.Request>, Message<Members.View>> inviteMember(Operations operations, Members members) {
        return operations.remote(members);
    }

    @Bean
    HttpRoute listMembersRoute() {
        return ofAdmin(HttpRoute.get("/v1/members", "listMembers"), MEMBERS);
    }

    @Bean
    Function<Message<byte[]>, Message<Page<Members.View>>> listMembers(Operations operations, Members members) {
        return operations.raw(members::list);
    }

    @Bean
    HttpRoute readMemberRoute() {
        return ofAdmin(HttpRoute.get("/v1/members/{id}", "readMember"), MEMBERS);
    }

    @Bean
    Function<Message<byte[]>, Message<Members.View>> readMember(Operations operations, Members members) {
        return operations.raw(members::one);
    }

    @Bean
    HttpRoute removeMemberRoute() {
        return ofAdmin(HttpRoute.delete("/v1/members/{id}", "removeMember"), MEMBERS);
    }

    @Bean
    Function<Message<byte[]>, Message<Members.View>> removeMember(Operations operations, Members members) {
        return operations.raw(members::remove);
    }

    private static HttpRoute ofAdmin(HttpRoute route, String permission) {
        return route.roles(Role.ORG_ADMIN).permission(permission);
    }
}
