package cm.nkap.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.providers.Msisdn;
import cm.nkap.secrets.LocalSecretStore;
import java.util.Base64;
import java.util.List;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A number is found before, during and after its hashes change. */
class SearchKeysTest {
    private static final byte[] ROOT = new byte[32];
    private static final String SECOND = "2:"
            + Base64.getEncoder().encodeToString(new byte[] {
                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
                29, 30, 31, 32
            });
    private static final Msisdn NUMBER = new Msisdn("237677123456");

    private final Stored stored = new Stored();
    private final PersonalData before = with(null, null);
    /** Every process knows the new key and none writes it. */
    private final PersonalData prepared = with(SECOND, 1);

    private final PersonalData after = with(SECOND, null);

    @AfterEach
    void close() {
        stored.close();
    }

    private static PersonalData with(@Nullable String keys, @Nullable Integer written) {
        return new PersonalData(ROOT, LocalSecretStore.of(ROOT), SearchKeys.of(ROOT, keys, written));
    }

    @Test
    void aNumberIsFoundByEverybodyAtEveryStepOfARotation() {
        List<String> ids = List.of(charge(before), charge(before), charge(prepared), charge(before));
        assertThat(found(before)).hasSize(4);
        assertThat(found(prepared)).hasSize(4);

        // Now the first processes write the new key, while others are still prepared only.
        String newer = charge(after);
        assertThat(found(prepared)).containsAll(ids).contains(newer);
        assertThat(found(after)).containsAll(ids).contains(newer);

        Resealing resealing = new Resealing(after);
        assertThat(stored.read(resealing::left).get(SealedColumn.CHARGE)).isEqualTo(4);
        Resealing.Slice slice = resealing.slice(stored::read, Resealing.Place.BEGIN, 2);
        assertThat(slice.done()).isEqualTo(2);
        assertThat(found(prepared)).hasSize(5);
        assertThat(found(after)).hasSize(5);
        while (!slice.isLast()) {
            slice = resealing.slice(stored::read, slice.next(), 2);
        }

        assertThat(stored.read(resealing::left).values()).containsOnly(0L);
        assertThat(found(after)).hasSize(5);
        assertThat(stored.texts("SELECT DISTINCT payments.hash_version(msisdn_hash)::text FROM payments.charge"))
                .containsExactly("2");
    }

    @Test
    void aNewerHashIsNeverReplacedByAnOlderOne() {
        charge(after);

        assertThat(Stored.stateOf(
                        () -> stored.write(tx -> tx.createUpdate("UPDATE payments.charge SET msisdn_hash = :old")
                                .bind("old", before.hash(NUMBER))
                                .execute())))
                .isEqualTo("P0009");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1:AAAA", "x", "2:AAAA", "128:AAAA", ":", "2"})
    void takesWholeKeysOfNewVersionsOnly(String keys) {
        assertThatThrownBy(() -> SearchKeys.of(ROOT, keys, null)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void writesNoKeyThatItHasNot() {
        assertThatThrownBy(() -> SearchKeys.of(ROOT, SECOND, 3)).hasMessageContaining("version 3");
    }

    private String charge(PersonalData by) {
        Charge like = Stored.charge("douala");
        Charge charge = new Charge(
                like.id(),
                like.org(),
                like.merchant(),
                like.status(),
                like.amount(),
                like.fee(),
                like.net(),
                like.feePlan(),
                like.provider(),
                by.seal(NUMBER, "douala"),
                like.reference(),
                like.description(),
                like.metadata(),
                like.customerSubject(),
                like.createdBy(),
                like.failure(),
                like.providerTransaction(),
                like.traceId(),
                like.createdAt(),
                like.expiresAt(),
                like.completedAt());
        stored.write(tx -> ChargeRows.insert(tx, charge));
        return charge.id();
    }

    private List<String> found(PersonalData by) {
        return stored.read(tx -> {
            Query query = tx.createQuery("SELECT id FROM payments.charge WHERE msisdn_hash = ANY (:hashes)");
            return query.bind("hashes", Columns.bytes(by.hashes(NUMBER), hash -> hash))
                    .mapTo(String.class)
                    .list();
        });
    }
}
