package cm.nkap.payments;

import cm.nkap.providers.Msisdn;
import cm.nkap.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Payments on a database of their own, with one session as the application, and one good row of each kind. */
final class Stored implements AutoCloseable {
    static final String EVERY_ORG = "*";
    static final Instant NOW = Instant.parse("2026-03-01T10:00:00.123456Z");
    static final PersonalData PERSONAL_DATA = new PersonalData(new byte[32]);
    static final SealedNumber NUMBER = PERSONAL_DATA.seal(new Msisdn("237677123456"), "douala");

    private final TestDatabase database = TestDatabase.create();
    private final Jdbi admin = Jdbi.create(database.admin());
    private final Handle session = newSession();

    /** Another connection of the application. */
    Handle newSession() {
        return Jdbi.create(database.app()).open();
    }

    Handle session() {
        return session;
    }

    /** A transaction of the application that may see these organisations. */
    static <T> T in(Handle session, String orgs, Function<Handle, T> work) {
        return session.inTransaction(tx -> {
            see(tx, orgs);
            return work.apply(tx);
        });
    }

    static void see(Handle tx, String orgs) {
        tx.createQuery("SELECT set_config('nkap.orgs', :orgs, true)")
                .bind("orgs", orgs)
                .mapTo(String.class)
                .one();
    }

    <T> T read(String orgs, Function<Handle, T> work) {
        return in(session, orgs, work);
    }

    <T> T read(Function<Handle, T> work) {
        return read(EVERY_ORG, work);
    }

    /** As {@link #read}, for assertions, whose overloads need to see the list. */
    <T> List<T> list(String orgs, Function<Handle, List<T>> work) {
        return read(orgs, work);
    }

    /** As {@link #read}, for assertions, whose overloads need to see the option. */
    <T> Optional<T> maybe(String orgs, Function<Handle, Optional<T>> work) {
        return read(orgs, work);
    }

    void write(String orgs, Consumer<Handle> work) {
        read(orgs, tx -> {
            work.accept(tx);
            return orgs;
        });
    }

    void write(Consumer<Handle> work) {
        write(EVERY_ORG, work);
    }

    /** Behind the policies, as the administrator. */
    <T> T admin(Function<Handle, T> work) {
        return admin.withHandle(work::apply);
    }

    List<String> texts(String query) {
        return admin(handle -> handle.createQuery(query).mapTo(String.class).list());
    }

    /** The SQLSTATE with which work was refused. */
    static String stateOf(Runnable work) {
        try {
            work.run();
            return "not refused";
        } catch (JdbiException e) {
            return e.getCause() instanceof SQLException refused ? refused.getSQLState() : e.toString();
        }
    }

    static Charge charge(String org) {
        return charge(org, ChargeStatus.PENDING, null);
    }

    static Charge charge(String org, ChargeStatus status, @Nullable String customer) {
        return new Charge(
                Ids.next("ch"),
                org,
                "mer_" + org,
                status,
                10_000,
                150,
                9_850,
                "fp_1",
                "mtn",
                NUMBER,
                "order-1",
                "Shoes, \"red\"",
                Map.of("till", "4", "cashier", "Éloïse"),
                customer,
                "user-1",
                null,
                null,
                "0af7651916cd43dd8448eb211c80319c",
                NOW,
                NOW.plusSeconds(300),
                null);
    }

    static Payout payout(String org, PayoutStatus status, @Nullable String charge) {
        return new Payout(
                Ids.next("po"),
                org,
                "mer_" + org,
                status,
                5_000,
                50,
                "fp_2",
                "mtn",
                NUMBER,
                "salary",
                charge,
                status == PayoutStatus.QUEUED ? null : 7L,
                status == PayoutStatus.QUEUED ? "float_short" : null,
                "user-1",
                null,
                null,
                "0af7651916cd43dd8448eb211c80319c",
                NOW,
                null);
    }

    static ProviderRequest request(String org, String payment, @Nullable Instant nextCheck) {
        return new ProviderRequest(
                Ids.next("pr"),
                org,
                ProviderRequest.Kind.COLLECT,
                payment,
                "mtn",
                UUID.randomUUID(),
                ProviderRequest.Status.CREATED,
                10_000,
                NUMBER.sealed(),
                UUID.randomUUID().toString(),
                0,
                0,
                0,
                null,
                null,
                NOW.plusSeconds(300),
                nextCheck,
                null,
                NOW);
    }

    @Override
    public void close() {
        session.close();
        database.close();
    }
}
