package cm.nkap.function.identity;

import cm.nkap.function.Caller;
import cm.nkap.function.Login;
import cm.nkap.function.Orgs;
import cm.nkap.function.Role;
import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads subject, roles, organisation and login from an access token as Keycloak writes it. */
final class CallerClaims {
    private static final int MAX_SUBJECT = 255;
    private static final Pattern PERSON = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private CallerClaims() {}

    static Caller read(JWTClaimsSet claims) {
        // An ID or refresh token is signed by the same key; only this claim tells them apart.
        if (!"Bearer".equals(claims.getClaim("typ"))) {
            throw TokenVerifier.unauthenticated("The token is not an access token");
        }
        var subject = claims.getSubject();
        if (subject == null || subject.isBlank() || subject.length() > MAX_SUBJECT) {
            throw TokenVerifier.unauthenticated("The token names nobody");
        }
        return new Caller(
                subject, organisation(claims.getClaim("organization")), roles(claims), client(claims), login(claims));
    }

    private static Login login(JWTClaimsSet claims) {
        if (isProgram(claims)) {
            return Login.NONE;
        }
        var level = claims.getClaim("acr") instanceof String acr && acr.length() <= MAX_SUBJECT ? acr : "";
        return new Login(person(claims.getClaim("person")), at(claims.getClaim("auth_time")), level);
    }

    /** Keycloak says so in tokens that it gave for a client's own secret, whatever else a mapper wrote there. */
    private static boolean isProgram(JWTClaimsSet claims) {
        return claims.getClaim("client_id") != null
                || (claims.getClaim("preferred_username") instanceof String name
                        && name.startsWith("service-account-"));
    }

    /** Lower case, so that one person spelled twice stays one; anything that could look like another is nobody. */
    private static String person(@Nullable Object claim) {
        return claim instanceof String person && PERSON.matcher(person).matches()
                ? person.toLowerCase(Locale.ROOT)
                : "";
    }

    private static @Nullable Instant at(@Nullable Object claim) {
        return claim instanceof Number seconds && seconds.longValue() > 0 && seconds.longValue() < LAST_SECOND
                ? Instant.ofEpochSecond(seconds.longValue())
                : null;
    }

    private static String client(JWTClaimsSet claims) {
        return claims.getClaim("azp") instanceof String azp && azp.length() <= MAX_SUBJECT ? azp : "";
    }

    private static Set<Role> roles(JWTClaimsSet claims) {
        var roles = EnumSet.noneOf(Role.class);
        if (claims.getClaim("realm_access") instanceof Map<?, ?> access
                && access.get("roles") instanceof Collection<?> named) {
            for (var name : named) {
                Role.named(String.valueOf(name)).ifPresent(roles::add);
            }
        }
        return roles;
    }

    /** The one organisation; empty when the token names none, several, or something that cannot be an alias. */
    private static String organisation(@Nullable Object claim) {
        Collection<?> aliases =
                switch (claim) {
                    case Collection<?> list -> list;
                    case Map<?, ?> byAlias -> byAlias.keySet();
                    case String one -> Set.of(one);
                    case null, default -> Set.of();
                };
        if (aliases.size() != 1) {
            return "";
        }
        return aliases.iterator().next() instanceof String alias && Orgs.isOrganisation(alias) ? alias : "";
    }
}
