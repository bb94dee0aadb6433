package cm.nkap.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of moves in Java, and that the database holds a final state whoever writes. */
class StatusTest {
    private static final String FINAL = "P0009";
    private static final Map<String, String> TABLES = Map.of("charge", "ch", "payout", "po", "provider_request", "pr");
    private static final Stored stored = new Stored();

    @BeforeAll
    static void oneRowInEachState() {
        stored.write(tx -> {
            for (ChargeStatus status : ChargeStatus.values()) {
                Charge charge = Stored.charge("douala", status, null);
                ChargeRows.insert(tx, charge);
                ProviderRequestRows.insertMissing(tx, List.of(Stored.request("douala", charge.id(), null)));
            }
            for (PayoutStatus status : PayoutStatus.values()) {
                PayoutRows.insert(tx, List.of(Stored.payout("douala", status, null)));
            }
            ProviderRequestRows.insertMissing(tx, List.of(Stored.request("douala", "ch_7", null)));
        });
        // as the administrator, because no code of ours puts a request into a state without its story
        stored.admin(admin -> admin.execute("""
                UPDATE payments.provider_request r SET status = s.status
                FROM (SELECT id, (ARRAY['created', 'pending', 'unknown', 'succeeded', 'failed', 'expired', 'frozen'])[row_number() OVER (ORDER BY id)] AS status
                      FROM payments.provider_request) s WHERE s.id = r.id
                """));
    }

    @AfterAll
    static void drop() {
        stored.close();
    }

    @Test
    void finalStatesHaveNoMoves() {
        assertThat(Arrays.stream(ChargeStatus.values()).filter(ChargeStatus::isFinal))
                .containsExactly(
                        ChargeStatus.SUCCEEDED, ChargeStatus.FAILED, ChargeStatus.EXPIRED, ChargeStatus.CANCELED);
        assertThat(Arrays.stream(PayoutStatus.values()).filter(PayoutStatus::isFinal))
                .containsExactly(PayoutStatus.SUCCEEDED, PayoutStatus.FAILED);
    }

    @Test
    void aChargeIsCanceledOnlyBeforeAnybodyWasAskedAndNeverBecomesNothingItWas() {
        assertThat(ChargeStatus.PENDING.next())
                .isEqualTo(Set.of(
                        ChargeStatus.UNKNOWN,
                        ChargeStatus.SUCCEEDED,
                        ChargeStatus.FAILED,
                        ChargeStatus.EXPIRED,
                        ChargeStatus.CANCELED));
        assertThat(ChargeStatus.UNKNOWN.next())
                .isEqualTo(Set.of(
                        ChargeStatus.PENDING, ChargeStatus.SUCCEEDED, ChargeStatus.FAILED, ChargeStatus.EXPIRED));
    }

    @Test
    void aQueuedPayoutIsPostedBeforeAnythingElse() {
        assertThat(PayoutStatus.QUEUED.next()).isEqualTo(Set.of(PayoutStatus.PENDING));
        assertThat(PayoutStatus.PENDING.next())
                .isEqualTo(Set.of(PayoutStatus.UNKNOWN, PayoutStatus.SUCCEEDED, PayoutStatus.FAILED));
        assertThat(PayoutStatus.UNKNOWN.next())
                .isEqualTo(Set.of(PayoutStatus.PENDING, PayoutStatus.SUCCEEDED, PayoutStatus.FAILED));
    }

    @Test
    void namesTravelInLowerCaseAndBack() {
        for (ChargeStatus status : ChargeStatus.values()) {
            assertThat(ChargeStatus.of(status.text())).isEqualTo(status);
        }
        for (PayoutStatus status : PayoutStatus.values()) {
            assertThat(PayoutStatus.of(status.text())).isEqualTo(status);
        }
        assertThat(ChargeStatus.CANCELED.text()).isEqualTo("canceled");
    }

    static Stream<Arguments> moves() {
        return Stream.of(
                        moves("charge", ChargeStatus.values(), ChargeStatus::isFinal),
                        moves("payout", PayoutStatus.values(), PayoutStatus::isFinal),
                        moves("provider_request", ProviderRequest.Status.values(), ProviderRequest.Status::isFinal))
                .flatMap(moves -> moves);
    }

    private static <E extends Enum<E>> Stream<Arguments> moves(
            String table, E[] states, java.util.function.Predicate<E> isFinal) {
        return Arrays.stream(states).flatMap(from -> Arrays.stream(states)
                .map(to -> Arguments.of(
                        table,
                        from.name().toLowerCase(Locale.ROOT),
                        to.name().toLowerCase(Locale.ROOT),
                        isFinal.test(from) && from != to)));
    }

    @ParameterizedTest(name = "{0}: {1} to {2}")
    @MethodSource("moves")
    void theDatabaseRefusesToLeaveExactlyTheStatesThatJavaCallsFinal(
            String table, String from, String to, boolean refused) {
        String posted = table.equals("payout") ? "journal_seq = 7, " : "";
        String state = Stored.stateOf(() -> stored.admin(admin -> {
            admin.begin();
            try {
                assertThat(admin.execute("UPDATE payments." + table + " SET " + posted + "status = '" + to
                                + "' WHERE status = '" + from + "'"))
                        .isEqualTo(1);
                return true;
            } finally {
                admin.rollback();
            }
        }));

        assertThat(state).isEqualTo(refused ? FINAL : "not refused");
    }

    @Test
    void theDatabaseKnowsTheStatesOfJavaAndNoOther() {
        TABLES.keySet().forEach(table -> assertThat(Stored.stateOf(() -> stored.admin(admin ->
                        admin.execute("UPDATE payments." + table + " SET status = 'lost' WHERE status = 'pending'"))))
                .isEqualTo("23514"));
    }

    @Test
    void amountAndOrganisationStayInEveryState() {
        for (String table : TABLES.keySet()) {
            for (String change : List.of("amount = amount + 1", "org_id = 'yaounde'")) {
                assertThat(Stored.stateOf(() -> stored.admin(admin -> admin.execute("UPDATE payments." + table + " SET "
                                + change
                                + (table.equals("charge") && change.startsWith("amount") ? ", net = net + 1" : "")
                                + " WHERE status = 'pending'"))))
                        .as("%s %s", table, change)
                        .isEqualTo(FINAL);
            }
        }
    }

    @Test
    void theApplicationRewritesNothingButTheCourseOfAPayment() {
        for (String change : List.of(
                "charge SET amount = 1",
                "charge SET merchant = 'mer_mine'",
                "charge SET fee = 0",
                "payout SET amount = 1",
                "payout SET provider = 'orange'",
                "provider_request SET reference = gen_random_uuid()",
                "provider_request SET amount = 1",
                "provider_attempt SET started_at = now()",
                "payout_preference SET org_id = 'mine'",
                "fee_plan SET basis_points = 0",
                "amount_limit SET most = 1")) {
            assertThat(Stored.stateOf(() -> stored.write(tx -> tx.execute("UPDATE payments." + change))))
                    .as(change)
                    .isEqualTo("42501");
        }
    }

    @Test
    void aSealedNumberIsReplacedUnderANewerKeyOnly() {
        for (String table : TABLES.keySet()) {
            assertThat(Stored.stateOf(() ->
                            stored.write(tx -> tx.execute("UPDATE payments." + table + " SET msisdn_sealed = ''"))))
                    .as(table)
                    .isEqualTo(FINAL);
        }
    }

    @Test
    void aMoveThatIsNotInTheTableIsRefusedBeforeItReachesTheDatabase() {
        assertThatThrownBy(() ->
                        new ChargeRows.Move("ch_1", ChargeStatus.EXPIRED, ChargeStatus.SUCCEEDED, null, null, null))
                .hasMessageContaining("cannot move from EXPIRED to SUCCEEDED");
        assertThatThrownBy(() ->
                        new PayoutRows.Move("po_1", PayoutStatus.QUEUED, PayoutStatus.FAILED, null, null, null, null))
                .hasMessageContaining("cannot move from QUEUED to FAILED");
    }
}
