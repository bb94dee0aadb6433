package cm.nkap.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.Config;
import cm.nkap.function.Database;
import cm.nkap.function.DatabaseConfig;
import cm.nkap.function.Orgs;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ChargeRows;
import cm.nkap.payments.ChargeStatus;
import cm.nkap.payments.Erasure;
import cm.nkap.payments.ErasureRows;
import cm.nkap.payments.Ids;
import cm.nkap.payments.PersonalData;
import cm.nkap.payments.Resealing;
import cm.nkap.providers.Msisdn;
import cm.nkap.secrets.LocalSecretStore;
import cm.nkap.secrets.SecretStore;
import cm.nkap.secrets.StoreKeys;
import cm.nkap.testing.TestDatabase;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run of sweep does about personal data. */
class PrivacyTest {
    private static final byte[] ROOT = new byte[32];
    private static final Msisdn NUMBER = new Msisdn("237677123456");
    private static final int RUNS = 200;

    private final TestDatabase copy = TestDatabase.create();
    private final Database database = Database.open(Config.read(copy.settings(), DatabaseConfig.class), events -> {});
    private final Jdbi admin = Jdbi.create(copy.admin());

    @TempDir
    private Path folder;

    private SecretStore store;
    private PersonalData data;

    @BeforeEach
    void open() {
        store = LocalSecretStore.open(folder, ROOT);
        data = new PersonalData(ROOT, store);
    }

    @AfterEach
    void close() {
        store.close();
        database.close();
        copy.close();
    }

    @Test
    void afterARotationEverythingIsSealedAnewWhileChargesComeIn() throws Exception {
        for (int i = 0; i < 25; i++) {
            charge(data, ChargeStatus.PENDING, Duration.ZERO);
        }
        Files.writeString(folder.resolve("keys.properties"), StoreKeys.PERSONAL_DATA + "=2\n");
        PersonalData rotated = new PersonalData(ROOT, store);
        Resealing resealing = new Resealing(rotated);
        AtomicBoolean enough = new AtomicBoolean();
        Thread load = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 40 && !enough.get(); i++) {
                charge(i % 2 == 0 ? data : rotated, ChargeStatus.PENDING, Duration.ZERO);
            }
        });

        Privacy privacy = privacy(rotated, 4);
        privacy.run();
        load.join();
        for (int i = 0; i < RUNS && left(resealing) > 0; i++) {
            privacy.run();
        }
        enough.set(true);

        assertThat(left(resealing)).isZero();
        Files.writeString(
                folder.resolve("keys.properties"),
                StoreKeys.PERSONAL_DATA + "=2\n" + StoreKeys.PERSONAL_DATA + ".oldest=2\n");
        PersonalData retired = new PersonalData(ROOT, store);
        List<Charge> charges = database.read(
                Orgs.all(),
                tx -> ChargeRows.findAll(
                        tx.handle(),
                        tx.handle()
                                .createQuery("SELECT id FROM payments.charge")
                                .mapTo(String.class)
                                .list()));
        assertThat(charges).hasSizeGreaterThanOrEqualTo(25).allSatisfy(charge -> assertThat(
                        retired.open(charge.payer(), "douala"))
                .isEqualTo(NUMBER));
    }

    @Test
    void forgetsWhatIsDueAndGoesOnWithAnErasure() {
        String due = charge(data, ChargeStatus.FAILED, Duration.ofDays(400));
        String young = charge(data, ChargeStatus.FAILED, Duration.ofDays(300));
        String id = Ids.next("er");
        database.run(
                Orgs.all(),
                tx -> ErasureRows.insert(
                        tx.handle(),
                        Erasure.asked(
                                id,
                                "nkap",
                                data.seal(NUMBER.digits().getBytes(StandardCharsets.UTF_8), id),
                                null,
                                null,
                                "asked",
                                "u",
                                tx.now())));

        privacy(data, 10).run();

        assertThat(erased()).containsExactly(due);
        Erasure erasure = database.read(Orgs.all(), tx -> ErasureRows.find(tx.handle(), id))
                .orElseThrow();
        assertThat(List.of(erasure.erased(), erasure.held())).containsExactly(0L, 1L);
        assertThat(young).isNotEqualTo(due);
    }

    @Test
    void forgetsNothingAfterTheClockJumped() {
        String due = charge(data, ChargeStatus.FAILED, Duration.ofDays(400));
        admin.useHandle(handle ->
                handle.execute("INSERT INTO payments.retention_clock (seen_at) VALUES (now() - interval '49 hours')"));

        privacy(data, 10).run();
        assertThat(erased()).isEmpty();

        admin.useHandle(handle ->
                handle.execute("UPDATE payments.retention_clock SET jumped_at = jumped_at - interval '25 hours'"));
        privacy(data, 10).run();
        assertThat(erased()).containsExactly(due);
    }

    @Test
    void withoutAKeyItForgetsAllTheSame() throws IOException {
        String due = charge(data, ChargeStatus.FAILED, Duration.ofDays(400));

        new Privacy(database, Optional.empty(), config(10), OpenTelemetry.noop().getMeter("test")).run();

        assertThat(erased()).containsExactly(due);
    }

    private Privacy privacy(PersonalData by, int step) {
        return new Privacy(
                database, Optional.of(by), config(step), OpenTelemetry.noop().getMeter("test"));
    }

    private static PrivacyConfig config(int step) {
        return new PrivacyConfig(null, null, null, Duration.ZERO, step);
    }

    private long left(Resealing resealing) {
        return database.read(Orgs.all(), tx -> resealing.left(tx.handle())).values().stream()
                .mapToLong(count -> count)
                .sum();
    }

    private List<String> erased() {
        return admin.withHandle(handle -> handle.createQuery("SELECT id FROM payments.charge WHERE msisdn_masked = ''")
                .mapTo(String.class)
                .list());
    }

    private String charge(PersonalData by, ChargeStatus status, Duration ago) {
        Instant then = Instant.now().minus(ago);
        Charge charge = new Charge(
                Ids.next("ch"),
                "douala",
                "mer_1",
                ChargeStatus.PENDING,
                10_000,
                150,
                9_850,
                "fp_1",
                "mtn",
                by.seal(NUMBER, "douala"),
                "order-1",
                null,
                Map.of(),
                null,
                "user-1",
                null,
                null,
                "0af7651916cd43dd8448eb211c80319c",
                then,
                then.plusSeconds(300),
                null);
        database.run(Orgs.all(), tx -> {
            ChargeRows.insert(tx.handle(), charge);
            if (status != ChargeStatus.PENDING) {
                ChargeRows.move(
                        tx.handle(),
                        List.of(new ChargeRows.Move(charge.id(), ChargeStatus.PENDING, status, null, null, then)));
            }
        });
        return charge.id();
    }
}
