package cm.nkap.local.system;

import cm.nkap.testing.Keycloak;
import cm.nkap.testing.KeycloakPeople;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** All functions believing a real Keycloak, and two organisations with people in both. */
final class Realm implements AutoCloseable {
    /** Nobody's answer depends on how fast this machine is today. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    final Keycloak keycloak = Keycloak.shared();
    final KeycloakPeople people = keycloak.people();
    final NkapSystem nkap = NkapSystem.start(settings(keycloak));
    private final Api platform;
    private final Api treasury;
    final Shop shop;
    final Shop other;

    private Realm() {
        people.allowPasswords(Duration.ofHours(1), Instant.now()).keepLogins(Duration.ofHours(1));
        people.organisation("nkap");
        platform = as(person("nkap", "platform"));
        treasury = as(person("nkap", "treasury"));
        shop = shop();
        other = shop();
    }

    /** An organisation of its own, here and in Keycloak. */
    Shop shop() {
        return Shop.open(platform, treasury, org -> {
            people.organisation(org);
            return as(person(org, "merchant"));
        });
    }

    /** The functions are the class's own, as they share NATS with those of the next; Keycloak is the JVM's. */
    static Realm start() {
        return new Realm();
    }

    private static Map<String, String> settings(Keycloak keycloak) {
        Map<String, String> settings = new HashMap<>(keycloak.settings());
        // So that a test sees within the bound what an operator sees within a minute.
        settings.put("NKAP_PERMISSION_AGE", "500ms");
        settings.put("NKAP_KEYCLOAK_TIMEOUT", "20s");
        return settings;
    }

    /** Somebody new, and what they are. */
    record Person(String name, String subject) {}

    Person person(Shop of, String role) {
        return person(of.org, role);
    }

    Person person(String organisation, String role) {
        String name = role + "-" + UUID.randomUUID().toString().substring(0, 8);
        return new Person(name, people.person(name, organisation, role));
    }

    /** Logs in anew. */
    Api as(Person person) {
        return as(person.name());
    }

    Api as(String username) {
        return bearing(people.token(username));
    }

    Api bearing(String token) {
        return new Api(nkap.doors(), token);
    }

    @Override
    public void close() {
        nkap.close();
    }
}
