package cm.nkap.function.identity;

import cm.nkap.function.Caller;
import cm.nkap.function.Orgs;
import cm.nkap.function.Role;
import com.nimbusds.jwt.JWTClaimsSet;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads subject, roles and organisation from an access token as Keycloak writes it. */
final class CallerClaims {
    private static final int MAX_SUBJECT = 255;

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
        return new Caller(subject, organisation(claims.getClaim("organization")), roles(claims), client(claims));
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
