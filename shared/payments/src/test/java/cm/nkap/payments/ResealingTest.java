package cm.nkap.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.providers.Msisdn;
import cm.nkap.secrets.LocalSecretStore;
import cm.nkap.secrets.SecretStore;
import cm.nkap.secrets.StoreKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values of older keys are sealed anew in slices, and nothing else about them changes. */
class ResealingTest {
    private static final byte[] ROOT = new byte[32];
    /** 237677123456 as the release before sealed it under this root. */
    private static final byte[] FIRST = HexFormat.of()
            .parseHex("01951b2ab1cb918a069cd55da726d9d5f7a383f776244cb208c00a6445f4d3d9925f3ac80a346f7c63");

    private static final Msisdn NUMBER = new Msisdn("237677123456");

    private final Stored stored = new Stored();

    @TempDir
    private Path folder;

    private SecretStore store;

    @BeforeEach
    void open() {
        store = LocalSecretStore.open(folder, ROOT);
    }

    @AfterEach
    void close() {
        store.close();
        stored.close();
    }

    @Test
    void everyColumnIsSealedAnewAndOpensForItsOwner() {
        PersonalData personalData = new PersonalData(ROOT, store);
        SealedNumber number = new SealedNumber(FIRST, personalData.hash(NUMBER), NUMBER.masked());
        String callback = Ids.next("cb");
        fill("douala", number, callback, FIRST);

        int done = all(new Resealing(personalData), 3);

        assertThat(done).isEqualTo(5);
        for (String table : List.of("charge", "payout", "provider_request", "payout_preference")) {
            byte[] sealed = sealed("SELECT msisdn_sealed FROM payments." + table);
            assertThat(sealed).as(table).startsWith(2, 0, 0, 0, 1);
            assertThat(personalData.open(new SealedNumber(sealed, new byte[0], ""), "douala"))
                    .isEqualTo(NUMBER);
        }
        assertThat(personalData.open(sealed("SELECT body_sealed FROM payments.provider_callback"), callback))
                .asString()
                .isEqualTo("237677123456");
        assertThat(sealed("SELECT msisdn_hash FROM payments.charge")).isEqualTo(number.hash());
        assertThat(all(new Resealing(personalData), 3)).isZero();
    }

    @Test
    void aRotatedKeyMakesEverythingBeforeItOldAndTheRetiredOneCanGo() throws IOException {
        SealedNumber number = new PersonalData(ROOT, store).seal(NUMBER, "douala");
        List<Charge> charges = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            charges.add(charge(number));
        }
        stored.write(tx -> charges.forEach(charge -> ChargeRows.insert(tx, charge)));

        Files.writeString(folder.resolve("keys.properties"), StoreKeys.PERSONAL_DATA + "=2\n");
        PersonalData afterwards = new PersonalData(ROOT, store);
        Resealing resealing = new Resealing(afterwards);
        Resealing.Slice first = resealing.slice(this::in, Resealing.Place.BEGIN, 5);

        assertThat(first.done()).isEqualTo(5);
        assertThat(first.isLast()).isFalse();
        assertThat(all(resealing, 5)).isEqualTo(2);
        Files.writeString(
                folder.resolve("keys.properties"),
                StoreKeys.PERSONAL_DATA + "=2\n" + StoreKeys.PERSONAL_DATA + ".oldest=2\n");
        PersonalData retired = new PersonalData(ROOT, store);
        assertThatThrownBy(() -> retired.open(number, "douala")).isInstanceOf(IllegalStateException.class);
        for (Charge charge : charges) {
            SealedNumber now = stored.read(tx -> ChargeRows.find(tx, charge.id()))
                    .orElseThrow()
                    .payer();
            assertThat(retired.open(now, "douala")).isEqualTo(NUMBER);
        }
    }

    @Test
    void aNumberIsReplacedUnderANewerKeyOnly() {
        PersonalData personalData = new PersonalData(ROOT, store);
        Charge charge = charge(personalData.seal(NUMBER, "douala"));
        stored.write(tx -> ChargeRows.insert(tx, charge));
        byte[] another = personalData.seal(new Msisdn("237699999999"), "douala").sealed();

        assertThat(Stored.stateOf(
                        () -> stored.write(tx -> tx.createUpdate("UPDATE payments.charge SET msisdn_sealed = :another")
                                .bind("another", another)
                                .execute())))
                .isEqualTo("P0009");
        assertThat(Stored.stateOf(
                        () -> stored.write(tx -> tx.execute("UPDATE payments.charge SET msisdn_hash = msisdn_sealed"))))
                .isEqualTo("P0009");
        assertThat(Stored.stateOf(() -> stored.write(
                        tx -> tx.execute("UPDATE payments.charge SET msisdn_sealed = decode('00', 'hex')"))))
                .as("only the owner's functions erase")
                .isEqualTo("P0009");
    }

    @Test
    void whatCannotBeOpenedStopsTheSliceAndChangesNothing() {
        PersonalData personalData = new PersonalData(ROOT, store);
        byte[] broken = FIRST.clone();
        broken[20] ^= 1;
        stored.write(tx -> ChargeRows.insert(tx, charge(new SealedNumber(FIRST, new byte[32], ""))));
        stored.write(tx -> ChargeRows.insert(tx, charge(new SealedNumber(broken, new byte[32], ""))));

        assertThatThrownBy(() -> new Resealing(personalData).slice(this::in, Resealing.Place.BEGIN, 10))
                .isInstanceOf(IllegalStateException.class);

        assertThat(stored.texts("SELECT id FROM payments.charge WHERE get_byte(msisdn_sealed, 0) = 2"))
                .isEmpty();
    }

    private int all(Resealing resealing, int limit) {
        int done = 0;
        Resealing.Place place = Resealing.Place.BEGIN;
        Resealing.Slice slice;
        do {
            slice = resealing.slice(this::in, place, limit);
            place = slice.next();
            done += slice.done();
        } while (!slice.isLast());
        return done;
    }

    private <T> T in(Function<Handle, T> work) {
        return stored.read(work);
    }

    private byte[] sealed(String query) {
        return stored.admin(
                handle -> handle.createQuery(query).mapTo(byte[].class).one());
    }

    private void fill(String org, SealedNumber number, String callback, byte[] body) {
        stored.write(tx -> {
            Merchant merchant = new Merchant("mer_" + org, org, "Shop", true, "active", Stored.NOW);
            MerchantRows.insert(tx, org, "Org", merchant);
            MerchantRows.prefer(tx, new PayoutPreference(merchant.id(), org, true, "mtn", number), "user", Stored.NOW);
            Charge charge = charge(number);
            ChargeRows.insert(tx, charge);
            PayoutRows.insert(tx, List.of(Stored.payout(org, PayoutStatus.PENDING, null)));
            ProviderRequestRows.insertMissing(tx, List.of(Stored.request(org, charge.id(), null)));
            CallbackRows.insert(
                    tx,
                    List.of(new CallbackRows.Callback(callback, org, "mtn", null, null, "PUT", Stored.NOW)),
                    List.of(body));
        });
        // The rows made by the test kit are sealed as today; those of long ago are put in their place.
        stored.admin(handle -> {
            for (String table : List.of("payout", "provider_request")) {
                handle.execute("ALTER TABLE payments." + table + " DISABLE TRIGGER USER");
                handle.execute("UPDATE payments." + table + " SET msisdn_sealed = ?", number.sealed());
                handle.execute("ALTER TABLE payments." + table + " ENABLE TRIGGER USER");
            }
            return number;
        });
    }

    private static Charge charge(SealedNumber payer) {
        Charge made = Stored.charge("douala");
        return new Charge(
                made.id(),
                made.org(),
                made.merchant(),
                made.status(),
                made.amount(),
                made.fee(),
                made.net(),
                made.feePlan(),
                made.provider(),
                payer,
                made.reference(),
                made.description(),
                made.metadata(),
                made.customerSubject(),
                made.createdBy(),
                made.failure(),
                made.providerTransaction(),
                made.traceId(),
                made.createdAt(),
                made.expiresAt(),
                made.completedAt());
    }
}
