package cm.nkap.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.providers.Msisdn;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule to the second, whoever asks; and nothing but what a rule names. */
class RetentionTest {
    private static final Msisdn NUMBER = new Msisdn("237677123456");
    private static final PersonalData PERSONAL = Stored.PERSONAL_DATA;

    private final Stored stored = new Stored();

    @AfterEach
    void close() {
        stored.close();
    }

    /** A second before and a second after. */
    @ParameterizedTest
    @CsvSource({
        "succeeded, 10 years -1 second, false",
        "succeeded, 10 years 1 second, true",
        "failed, 1 year -1 second, false",
        "failed, 1 year 1 second, true",
        "expired, 1 year 1 second, true",
        "pending, 50 years, false"
    })
    void aPersonIsForgottenWhenTheRuleSaysSo(String status, String age, boolean gone) {
        String charge = ended("failed", "1 hour");

        stepAt(aged(charge, status, age));

        Charge now = stored.read(tx -> ChargeRows.find(tx, charge)).orElseThrow();
        assertThat(ChargeView.of(now).customer().msisdn() == null).isEqualTo(gone);
        assertThat(now.metadata().isEmpty()).isEqualTo(gone);
        assertThat(now.amount()).isEqualTo(10_000);
        assertThat(now.status().text()).isEqualTo(status);
        assertThat(PERSONAL.hashes(NUMBER).stream().anyMatch(hash -> found(hash).contains(charge)))
                .isEqualTo(!gone);
    }

    @ParameterizedTest
    @CsvSource({"succeeded, 90 days -1 second, false", "succeeded, 90 days 1 second, true", "unknown, 50 years, false"})
    void whatAProviderSaidIsForgottenNinetyDaysAfterTheEnd(String status, String age, boolean gone) {
        String charge = ended("succeeded", "1 hour");
        words(charge);

        Retention.Forgotten forgotten = stepAt(agedWords(status, age));

        assertThat(forgotten).isEqualTo(gone ? new Retention.Forgotten(1, 1, 0) : Retention.Forgotten.NOTHING);
        assertThat(stored.texts("SELECT coalesce(detail, 'gone') FROM payments.provider_attempt"))
                .containsExactly(gone ? "gone" : "status=FAILED");
        assertThat(stored.texts("SELECT octet_length(body_sealed)::text FROM payments.provider_callback"))
                .allMatch(length -> length.equals("1") == gone);
        Retention.Forgotten again = stored.read(tx -> Retention.step(tx, 10));
        assertThat(again).isEqualTo(Retention.Forgotten.NOTHING);
    }

    @Test
    void aWalkStopsAtWhatIsDueLaterAndComesBackForIt() {
        String first = ended("failed", "2 years");
        String later = ended("failed", "1 year -1 hour");
        stored.admin(admin -> admin.execute("UPDATE payments.charge SET created_at = now() - interval '3 years'"));

        long before = stored.read(tx -> Retention.step(tx, 10)).persons();
        stored.admin(admin ->
                unguarded(admin, "UPDATE payments.charge SET completed_at = completed_at - interval '2 hours'"));
        long after = stored.read(tx -> Retention.step(tx, 10)).persons();

        assertThat(List.of(before, after)).containsExactly(1L, 1L);
        assertThat(found(PERSONAL.hash(NUMBER))).doesNotContain(first, later);
    }

    @Test
    void onlyAJobThatSeesEverythingForgets() {
        ended("failed", "2 years");

        assertThat(Stored.stateOf(() -> stored.write("douala", tx -> Retention.step(tx, 10))))
                .isEqualTo("P0001");
        for (String refused : List.of(
                "SELECT payments.erase_persons(ARRAY['ch_1'])",
                "DELETE FROM payments.charge",
                "UPDATE payments.charge SET msisdn_masked = ''",
                "UPDATE payments.retention_rule SET keep = '1 day'",
                "UPDATE payments.retention_clock SET seen_at = now()")) {
            assertThat(Stored.stateOf(() -> stored.write(tx -> tx.execute(refused))))
                    .as(refused)
                    .isEqualTo("42501");
        }
    }

    @Test
    void theLawsTenYearsCannotBeShortened() {
        assertThat(Stored.stateOf(() -> stored.admin(admin -> admin.execute(
                        "INSERT INTO payments.retention_rule VALUES ('executed', now(), '9 years', 'somebody')"))))
                .isEqualTo("23514");
    }

    @ParameterizedTest
    @CsvSource({"1 day, true", "-3 days, false", "2 hours, false"})
    void aClockThatJumpedIsNotTrusted(String seen, boolean steady) {
        stored.write(tx -> assertThat(Retention.isClockSteady(tx)).isTrue());
        String sign = seen.startsWith("-") ? seen : (steady ? "-" : "") + seen;
        stored.admin(admin ->
                admin.execute("UPDATE payments.retention_clock SET seen_at = now() + interval '" + sign + "'"));

        stored.write(tx -> assertThat(Retention.isClockSteady(tx)).isEqualTo(steady));
        stored.write(tx ->
                assertThat(Retention.isClockSteady(tx)).as("a moment later").isEqualTo(steady));
        stored.admin(admin ->
                admin.execute("UPDATE payments.retention_clock SET jumped_at = jumped_at - interval '25 hours'"));
        stored.write(
                tx -> assertThat(Retention.isClockSteady(tx)).as("a day later").isTrue());
    }

    @Test
    void anErasureTakesWhatIsFreeAndHoldsWhatTheLawKeeps() {
        String free = ended("failed", "2 years");
        String kept = ended("succeeded", "2 years");
        String other = ended("failed", "2 years");
        stored.admin(admin -> unguarded(
                admin,
                "UPDATE payments.charge SET msisdn_hash = decode(repeat('aa', 32), 'hex') WHERE id = '" + other + "'"));
        words(free);
        Erasure erasure = asked();

        Erasure at = carryOut(erasure);

        assertThat(List.of(at.erased(), at.held())).containsExactly(1L, 1L);
        assertThat(at.finishedAt()).isNull();
        assertThat(at.heldUntil()).isNotNull();
        assertThat(stored.texts("SELECT id FROM payments.charge WHERE msisdn_masked = ''"))
                .containsExactly(free);
        assertThat(stored.texts("SELECT octet_length(msisdn_sealed)::text FROM payments.provider_request"))
                .containsExactly("1");
        assertThat(stored.texts("SELECT 1 FROM payments.provider_attempt WHERE said_sealed IS NOT NULL"))
                .isEmpty();

        stored.admin(admin -> unguarded(
                admin,
                "UPDATE payments.charge SET completed_at = now() - interval '10 years 1 second' WHERE id = '" + kept
                        + "'"));
        stored.admin(admin -> admin.execute("UPDATE payments.erasure SET next_at = now()"));
        List<Erasure> due =
                stored.read(tx -> ErasureRows.due(tx, java.time.Instant.now().plusSeconds(60), 10));
        Erasure ended = carryOut(due.getFirst());

        assertThat(List.of(ended.erased(), ended.held())).containsExactly(2L, 0L);
        assertThat(ended.finishedAt()).isNotNull();
        assertThat(ended.sealedNumber())
                .as("the request forgets the number too")
                .isNull();
        assertThat(stored.texts("SELECT id FROM payments.charge WHERE msisdn_masked <> ''"))
                .containsExactly(other);
    }

    @Test
    void anErasedNumberIsNeitherOpenedNorSealedAnewNorBroughtBack() {
        String charge = ended("failed", "2 years");
        carryOut(asked());
        SealedNumber erased =
                stored.read(tx -> ChargeRows.find(tx, charge)).orElseThrow().payer();

        assertThatThrownBy(() -> PERSONAL.open(erased, "douala")).isInstanceOf(IllegalStateException.class);
        var slice = new Resealing(PERSONAL).slice(stored::read, Resealing.Place.BEGIN, 10);
        assertThat(slice.done()).isZero();
        assertThat(stored.read(tx -> new Resealing(PERSONAL).left(tx)).values()).containsOnly(0L);
        byte[] again = PERSONAL.seal(NUMBER, "douala").sealed();
        assertThat(Stored.stateOf(
                        () -> stored.write(tx -> tx.createUpdate("UPDATE payments.charge SET msisdn_sealed = :again")
                                .bind("again", again)
                                .execute())))
                .isEqualTo("P0009");
    }

    private Erasure asked() {
        String id = Ids.next("er");
        Erasure erasure = Erasure.asked(
                id,
                "nkap",
                PERSONAL.seal(NUMBER.digits().getBytes(StandardCharsets.UTF_8), id),
                null,
                null,
                "asked",
                "u",
                Stored.NOW);
        stored.write(tx -> ErasureRows.insert(tx, erasure));
        return erasure;
    }

    private Erasure carryOut(Erasure erasure) {
        stored.write(tx -> ErasureRows.carryOut(tx, PERSONAL, erasure, 10));
        return stored.read(tx -> ErasureRows.find(tx, erasure.id())).orElseThrow();
    }

    private List<String> found(byte[] hash) {
        return stored.admin(admin -> admin.createQuery("SELECT id FROM payments.charge WHERE msisdn_hash = :hash")
                .bind("hash", hash)
                .mapTo(String.class)
                .list());
    }

    private static String aged(String charge, String status, String age) {
        return "UPDATE payments.charge SET status = '" + status + "', created_at = now() - interval '" + age
                + "' - interval '1 minute', completed_at = "
                + (status.equals("pending") ? "NULL" : "now() - interval '" + age + "'") + " WHERE id = '" + charge
                + "'";
    }

    private static String agedWords(String status, String age) {
        String ended = status.equals("unknown") ? "NULL" : "now() - interval '" + age + "'";
        return "UPDATE payments.provider_request SET status = '" + status + "', completed_at = " + ended
                + "; UPDATE payments.provider_callback SET received_at = now() - interval '" + age + "'";
    }

    /** Changes ages and looks in the same transaction, whose now() stands still: a boundary is met to the second. */
    private Retention.Forgotten stepAt(String change) {
        return stored.admin(admin -> admin.inTransaction(tx -> {
            unguarded(tx, change);
            Stored.see(tx, "*");
            return Retention.step(tx, 10);
        }));
    }

    /** A charge that ended so long ago; an open one began then. */
    private String ended(String status, String age) {
        Charge charge = Stored.charge("douala");
        stored.write(tx -> ChargeRows.insert(tx, charge));
        stored.admin(admin -> unguarded(admin, aged(charge.id(), status, age)));
        return charge.id();
    }

    /** A request for it with words of the provider's. */
    private void words(String charge) {
        ProviderRequest request = Stored.request("douala", charge, null);
        ProviderAttempt attempt = ProviderAttempt.begin(request, "submit", Stored.NOW);
        String callback = Ids.next("cb");
        stored.write(tx -> {
            ProviderRequestRows.insertMissing(tx, List.of(request));
            ProviderRequestRows.begin(tx, List.of(attempt));
            ProviderRequestRows.finish(
                    tx,
                    List.of(new ProviderAttempt(
                            attempt.id(),
                            "douala",
                            request.id(),
                            "submit",
                            Stored.NOW,
                            Stored.NOW,
                            "failed",
                            500,
                            "status=FAILED",
                            PERSONAL.seal("no".getBytes(StandardCharsets.UTF_8), attempt.id()))));
            CallbackRows.insert(
                    tx,
                    List.of(new CallbackRows.Callback(
                            callback, "douala", "mtn", request.id(), charge, "PUT", Stored.NOW)),
                    List.of(PERSONAL.seal("no".getBytes(StandardCharsets.UTF_8), callback)));
        });
    }

    /** As time would have written it: past the triggers that keep what has ended. */
    private static int unguarded(Handle admin, String change) {
        admin.execute("SET session_replication_role = replica");
        try {
            return admin.execute(change);
        } finally {
            admin.execute("RESET session_replication_role");
        }
    }
}
