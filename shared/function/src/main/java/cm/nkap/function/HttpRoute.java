package cm.nkap.function;

import cm.nkap.function.permissions.Permission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * One row of the outward contract: method and path template to the name of a function in the catalogue, who may call
 * it, and what it takes and gives. A route admits nobody until {@link #roles} or {@link #open} says so.
 *
 * @param methods upper case
 * @param template for example {@code /v1/charges/{id}}
 * @param bean name of the function bean
 */
public record HttpRoute(Set<String> methods, String template, String bean, Admission admission, Content content) {
    public static final int DEFAULT_MAX_BODY = 64 * 1024;
    private static final Set<String> JSON = Set.of("application/json");

    /**
     * Who may call.
     *
     * @param isOpen true when no token is asked for
     * @param needsOrg false for the few routes whose callers need no organisation
     * @param needsStepUp true when the caller must be a person who has just logged in, strongly enough
     * @param permission what must be allowed beside the role, for example {@code fee-plan#approve}; empty for nothing
     */
    public record Admission(Set<Role> roles, boolean isOpen, boolean needsOrg, boolean needsStepUp, String permission) {
        public Admission {
            roles = Set.copyOf(roles);
        }
    }

    /**
     * What goes in and out.
     *
     * @param maxBody bytes; a longer body is answered 413
     * @param mediaTypes accepted content types; empty accepts any
     * @param answers content types that it may answer with; a caller that accepts none of them is told 406
     */
    public record Content(int maxBody, Set<String> mediaTypes, Set<String> answers) {
        public Content {
            mediaTypes = Set.copyOf(mediaTypes);
            answers = Set.copyOf(answers);
        }
    }

    public HttpRoute {
        methods = Set.copyOf(methods);
        if (!template.startsWith("/") || template.endsWith("/")) {
            throw new IllegalArgumentException("a template starts with a slash and does not end with one: " + template);
        }
    }

    /** Routes below {@code /internal/} are for timers and dispatchers only: the shell asks for the event secret. */
    public boolean isInternal() {
        return template.startsWith("/internal/");
    }

    public Set<Role> roles() {
        return admission.roles;
    }

    public boolean isOpen() {
        return admission.isOpen;
    }

    public boolean needsOrg() {
        return admission.needsOrg;
    }

    public boolean needsStepUp() {
        return admission.needsStepUp;
    }

    public String permission() {
        return admission.permission;
    }

    public int maxBody() {
        return content.maxBody;
    }

    public Set<String> mediaTypes() {
        return content.mediaTypes;
    }

    public Set<String> answers() {
        return content.answers;
    }

    public static HttpRoute get(String template, String bean) {
        return of("GET", template, bean);
    }

    public static HttpRoute post(String template, String bean) {
        return of("POST", template, bean);
    }

    public static HttpRoute put(String template, String bean) {
        return of("PUT", template, bean);
    }

    public static HttpRoute patch(String template, String bean) {
        return of("PATCH", template, bean);
    }

    public static HttpRoute delete(String template, String bean) {
        return of("DELETE", template, bean);
    }

    private static HttpRoute of(String method, String template, String bean) {
        return new HttpRoute(
                Set.of(method),
                template,
                bean,
                new Admission(Set.of(), false, true, false, ""),
                new Content(DEFAULT_MAX_BODY, JSON, JSON));
    }

    private HttpRoute with(Admission other) {
        return new HttpRoute(methods, template, bean, other, content);
    }

    private HttpRoute with(Content other) {
        return new HttpRoute(methods, template, bean, admission, other);
    }

    /** The same function under further methods. */
    public HttpRoute also(String... more) {
        var all = new LinkedHashSet<>(methods);
        all.addAll(Arrays.asList(more));
        return new HttpRoute(all, template, bean, admission, content);
    }

    /** Callers with at least one of these roles may come in. */
    public HttpRoute roles(Role first, Role... more) {
        return with(new Admission(EnumSet.of(first, more), isOpen(), needsOrg(), needsStepUp(), permission()));
    }

    /** Callers with any of our roles may come in. */
    public HttpRoute anyRole() {
        return with(new Admission(EnumSet.allOf(Role.class), isOpen(), needsOrg(), needsStepUp(), permission()));
    }

    /** No token is asked for; the caller is {@link Caller#NOBODY}. */
    public HttpRoute open() {
        return with(new Admission(roles(), true, false, needsStepUp(), permission()));
    }

    public HttpRoute withoutOrg() {
        return with(new Admission(roles(), isOpen(), false, needsStepUp(), permission()));
    }

    public HttpRoute maxBody(int bytes) {
        return with(new Content(bytes, mediaTypes(), answers()));
    }

    /** Accepts these content types instead of {@code application/json}; none accepts every type. */
    public HttpRoute accepting(String... types) {
        return with(new Content(maxBody(), Set.of(types), answers()));
    }

    /** Answers with these content types instead of {@code application/json}. */
    public HttpRoute answering(String... types) {
        return with(new Content(maxBody(), mediaTypes(), Set.of(types)));
    }

    /**
     * Asks for a person whose login is fresh ({@code NKAP_STEP_UP_AGE}) and strong ({@code NKAP_STEP_UP_LEVEL}); anybody
     * else is told 401 {@code insufficient_user_authentication} as RFC 9470 says it.
     */
    public HttpRoute stepUp() {
        return with(new Admission(roles(), isOpen(), needsOrg(), true, permission()));
    }

    /**
     * Asks, after the roles, for a decision such as {@code fee-plan#approve}: of Keycloak where there is one, at most a
     * minute old, so that a role, a membership or a login that has ended meanwhile is noticed here.
     *
     * @throws IllegalArgumentException when the table has no such permission
     */
    public HttpRoute permission(String asked) {
        var named = Permission.named(asked)
                .orElseThrow(() -> new IllegalArgumentException("there is no permission " + asked));
        return with(new Admission(roles(), isOpen(), needsOrg(), needsStepUp(), named.text()));
    }
}
