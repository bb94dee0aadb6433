package cm.nkap.function.http;

import cm.nkap.function.EventTrigger;
import cm.nkap.function.HttpRoute;
import cm.nkap.function.Settings;
import cm.nkap.function.identity.IdentityConfig;
import cm.nkap.function.identity.StepUp;
import cm.nkap.function.identity.StepUpConfig;
import cm.nkap.function.identity.TokenVerifier;
import cm.nkap.function.keycloak.KeycloakConfig;
import cm.nkap.function.limits.RateLimits;
import cm.nkap.function.permissions.Permissions;
import cm.nkap.function.telemetry.ShellMetrics;
import cm.nkap.function.telemetry.Telemetry;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.springframework.context.ConfigurableApplicationContext;

/** Both doors of one process, built from the routes and triggers that its functions declare. */
public record Doors(HttpDoor http, EventFunctions events, Permissions permissions) {

    /** @param ready what readiness asks */
    public static Doors of(
            ConfigurableApplicationContext context, Settings settings, RateLimits limits, BooleanSupplier ready) {
        var config = settings.read(ServerConfig.class);
        var routes = List.copyOf(context.getBeansOfType(HttpRoute.class).values());
        var triggers = List.copyOf(context.getBeansOfType(EventTrigger.class).values());
        var catalogue = new Functions(context);
        var metrics = context.getBean(ShellMetrics.class);
        var tracing = new Tracing(context.getBean(Telemetry.class));
        boolean allOpen = routes.stream().allMatch(HttpRoute::isOpen);
        var tokens = allOpen ? null : new TokenVerifier(settings.read(IdentityConfig.class), metrics::askedForKeys);
        var stepUp = new StepUp(settings.read(StepUpConfig.class));
        var permissions = Permissions.of(settings.read(KeycloakConfig.class));
        var deliverers = new Deliverers(config);
        var events = new EventFunctions(triggers, catalogue, tracing, metrics);
        var http = new HttpDoor(
                config,
                new Routes(routes),
                new FunctionGateway(routes, catalogue, tokens, stepUp, deliverers, limits, permissions),
                new EventDoor(config, deliverers, events),
                tracing,
                metrics,
                ready);
        return new Doors(http, events, permissions);
    }
}
