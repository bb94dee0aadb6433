package cm.nkap.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Charges and payouts come back as they were stored, move together or not at all, and are listed newest first. */
class PaymentRowsTest {
    private static final PaymentFilter ALL = new PaymentFilter(null, null, null, null, null);
    private final Stored stored = new Stored();

    @AfterEach
    void drop() {
        stored.close();
    }

    @Test
    void aChargeComesBackAsItWasStored() {
        Charge charge = Stored.charge("douala", ChargeStatus.PENDING, "customer-7");
        stored.write(tx -> ChargeRows.insert(tx, charge));

        Charge found = stored.read(tx -> ChargeRows.find(tx, charge.id())).orElseThrow();

        assertThat(found).usingRecursiveComparison().isEqualTo(charge);
        assertThat(Stored.PERSONAL_DATA.open(found.payer(), found.org()).digits())
                .isEqualTo("237677123456");
        assertThat(ChargeView.of(found).customer().msisdn()).isEqualTo("2376••••••56");
    }

    @Test
    void aPayoutComesBackAsItWasStored() {
        Payout queued = Stored.payout("douala", PayoutStatus.QUEUED, null);
        Payout automatic = Stored.payout("douala", PayoutStatus.PENDING, "ch_1");
        stored.write(tx -> PayoutRows.insert(tx, List.of(queued, automatic)));

        List<Payout> found = stored.read(tx -> PayoutRows.findAll(tx, List.of(queued.id(), automatic.id())));

        assertThat(found).usingRecursiveComparison().ignoringCollectionOrder().isEqualTo(List.of(queued, automatic));
        assertThat(stored.read(tx -> PayoutRows.ofCharge(tx, "ch_1")).map(Payout::id))
                .contains(automatic.id());
    }

    @Test
    void aChargeMovesWithItsReasonItsTransactionAndItsEnd() {
        Charge charge = stored(Stored.charge("douala"));
        stored.write(tx -> ChargeRows.move(
                tx,
                List.of(new ChargeRows.Move(
                        charge.id(), ChargeStatus.PENDING, ChargeStatus.UNKNOWN, null, "mtn-1", null))));
        stored.write(tx -> ChargeRows.move(
                tx,
                List.of(new ChargeRows.Move(
                        charge.id(),
                        ChargeStatus.UNKNOWN,
                        ChargeStatus.FAILED,
                        new Failure("declined", "The payer declined."),
                        null,
                        Stored.NOW))));

        Charge found = stored.read(tx -> ChargeRows.find(tx, charge.id())).orElseThrow();

        assertThat(found.status()).isEqualTo(ChargeStatus.FAILED);
        assertThat(found.failure()).isEqualTo(new Failure("declined", "The payer declined."));
        assertThat(found.providerTransaction()).isEqualTo("mtn-1");
        assertThat(found.completedAt()).isEqualTo(Stored.NOW);
    }

    @Test
    void aQueuedPayoutMovesWithItsJournal() {
        Payout payout = Stored.payout("douala", PayoutStatus.QUEUED, null);
        stored.write(tx -> PayoutRows.insert(tx, List.of(payout)));
        stored.write(tx -> PayoutRows.move(tx, List.of(move(payout, PayoutStatus.PENDING, 9L))));

        Payout found = stored.read(tx -> PayoutRows.find(tx, payout.id())).orElseThrow();

        assertThat(found.status()).isEqualTo(PayoutStatus.PENDING);
        assertThat(found.journal()).isEqualTo(9);
        assertThat(found.queuedReason()).isNull();
    }

    @Test
    void noPayoutIsUnderWayWithoutItsJournal() {
        Payout payout = Stored.payout("douala", PayoutStatus.QUEUED, null);
        stored.write(tx -> PayoutRows.insert(tx, List.of(payout)));

        assertThatThrownBy(() ->
                        stored.write(tx -> PayoutRows.move(tx, List.of(move(payout, PayoutStatus.PENDING, null)))))
                .hasMessageContaining("posted_before_asked");
    }

    @Test
    void oneMoveThatDoesNotFitUndoesAll() {
        Charge first = stored(Stored.charge("douala"));
        Charge second = stored(Stored.charge("douala", ChargeStatus.SUCCEEDED, null));

        assertThatThrownBy(() -> stored.write(tx -> ChargeRows.move(tx, List.of(failed(first), failed(second)))))
                .hasMessageContaining("moved 1 of 2");
        assertThat(stored.read(tx -> ChargeRows.find(tx, first.id()))
                        .orElseThrow()
                        .status())
                .isEqualTo(ChargeStatus.PENDING);
    }

    @Test
    void aChargeStartsOnePayout() {
        stored.write(tx -> PayoutRows.insert(tx, List.of(Stored.payout("douala", PayoutStatus.PENDING, "ch_1"))));

        assertThat(Stored.stateOf(() -> stored.write(
                        tx -> PayoutRows.insert(tx, List.of(Stored.payout("douala", PayoutStatus.PENDING, "ch_1"))))))
                .isEqualTo("23505");
    }

    @Test
    void theWholeOfAChargeIsItsFeeAndItsNet() {
        assertThat(Stored.stateOf(() -> stored.write(tx -> {
                    ChargeRows.insert(tx, Stored.charge("douala"));
                    tx.execute(
                            "INSERT INTO payments.charge SELECT 'ch_x', org_id, merchant, status, amount, currency, fee + 1, net,"
                                    + " fee_plan, provider, msisdn_sealed, msisdn_hash, msisdn_masked, reference, description, metadata,"
                                    + " customer_subject, created_by, failure_code, failure_message, provider_transaction, trace_id,"
                                    + " created_at, expires_at, completed_at FROM payments.charge");
                })))
                .isEqualTo("23514");
    }

    @Test
    void pagesListEachChargeOnceNewestFirst() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            made.addFirst(stored(Stored.charge("douala")).id());
        }
        made.sort((a, b) -> b.compareTo(a));
        stored(Stored.charge("yaounde"));

        List<String> listed = new ArrayList<>();
        for (String after = null; ; after = listed.getLast()) {
            List<Charge> page = page("douala", ALL, after, 10);
            page.forEach(charge -> listed.add(charge.id()));
            if (page.size() < 10) {
                break;
            }
        }

        assertThat(listed).isEqualTo(made);
    }

    @Test
    void pagesNarrowByWhatTheFilterNames() {
        Charge mine = stored(Stored.charge("douala", ChargeStatus.SUCCEEDED, "customer-7"));
        stored(Stored.charge("douala", ChargeStatus.PENDING, "customer-8"));
        stored(Stored.charge("yaounde", ChargeStatus.PENDING, null));

        for (PaymentFilter filter : List.of(
                new PaymentFilter("douala", null, "mer_douala", "succeeded", "order-1"),
                new PaymentFilter(null, "customer-7", null, null, null),
                new PaymentFilter("douala", "customer-7", "mer_douala", null, null),
                new PaymentFilter(null, null, null, "succeeded", null))) {
            assertThat(page("*", filter, null, 10)).extracting(Charge::id).containsExactly(mine.id());
        }
        assertThat(page("*", new PaymentFilter(null, null, null, null, "order-2"), null, 10))
                .isEmpty();
        assertThat(page("*", ALL, null, 2)).hasSize(2);
    }

    @Test
    void payoutPagesFollowTheSameRules() {
        Payout queued = Stored.payout("douala", PayoutStatus.QUEUED, null);
        Payout pending = Stored.payout("douala", PayoutStatus.PENDING, null);
        Payout others = Stored.payout("yaounde", PayoutStatus.PENDING, null);
        stored.write(tx -> PayoutRows.insert(tx, List.of(queued, pending, others)));

        assertThat(payouts(new PaymentFilter("douala", null, null, null, null))).hasSize(2);
        assertThat(payouts(new PaymentFilter(null, null, "mer_douala", "queued", null)))
                .containsExactly(queued.id());
        assertThat(payouts(new PaymentFilter(null, "customer-7", null, null, null)))
                .isEmpty();
        assertThat(payouts(ALL)).isSortedAccordingTo((a, b) -> b.compareTo(a)).hasSize(3);
    }

    @Test
    void theQueueIsServedInTheOrderOfItsPayouts() {
        List<Payout> queue = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            queue.add(Stored.payout("douala", PayoutStatus.QUEUED, null));
        }
        queue.sort((a, b) -> a.id().compareTo(b.id()));
        stored.write(tx -> PayoutRows.insert(tx, queue));

        List<Payout> found = stored.read(tx -> PayoutRows.queued(tx, "mtn", 2));
        List<Payout> heads = stored.read(PayoutRows::queueHeads);
        long claim = stored.read(tx -> PayoutRows.queuedOf(tx, "mer_douala"));

        assertThat(found)
                .extracting(Payout::id)
                .containsExactly(queue.get(0).id(), queue.get(1).id());
        assertThat(heads)
                .extracting(Payout::id)
                .containsExactly(queue.getFirst().id());
        assertThat(claim).isEqualTo(3 * 5_050);
    }

    private Charge stored(Charge charge) {
        stored.write(tx -> ChargeRows.insert(tx, charge));
        return charge;
    }

    private List<Charge> page(String orgs, PaymentFilter filter, @Nullable String after, int limit) {
        return stored.read(orgs, tx -> ChargeRows.page(tx, filter, after, limit));
    }

    private List<String> payouts(PaymentFilter filter) {
        return stored.read(tx -> PayoutRows.page(tx, filter, null, 10)).stream()
                .map(Payout::id)
                .toList();
    }

    private static ChargeRows.Move failed(Charge charge) {
        return new ChargeRows.Move(
                charge.id(), ChargeStatus.PENDING, ChargeStatus.FAILED, new Failure("x", "y"), null, Stored.NOW);
    }

    private static PayoutRows.Move move(Payout payout, PayoutStatus to, @Nullable Long journal) {
        return new PayoutRows.Move(payout.id(), payout.status(), to, null, null, journal, null);
    }
}
