package cm.nkap.createcharge;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.events.Envelope;
import cm.nkap.function.Problem;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ChargeStatus;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes wrong in a batch of settlements harms the settlement at fault and no other, and nothing is settled twice. */
@Timeout(180)
class SettleTogetherTest {
    private Till till = new Till(Map.of("NKAP_LOCK_TIMEOUT", "700ms"));
    private String shop = till.shop(Till.DOUALA, "active");

    @AfterEach
    void stop() {
        till.close();
    }

    private List<Charge> pending(int n) {
        return till.charges(shop, n);
    }

    /** Delivers the first, and while it is held up all others, so that these become one batch. */
    private Rush together(List<Envelope> events) throws SQLException {
        Charge gate = till.charge(shop, ChargeStatus.PENDING);
        var rush = new Rush(till::settle);
        try (var held = Rush.hold(till, gate)) {
            assertThat(held).isNotNull();
            rush.bring(Rush.paid(gate));
            Rush.awaitBlocked(till);
            events.forEach(rush::bring);
            rush.awaitQueue();
        }
        return rush;
    }

    private void assertSettledOnce(List<Charge> charges) {
        assertThat(till.settled(charges)).isEqualTo(charges.size());
        assertThat(till.collected(charges)).isEqualTo(charges.size());
    }

    @Test
    void onePoisonousSettlementAmongTwoHundredFailsAlone() throws Exception {
        List<Charge> good = pending(199);
        Charge wrong = till.charge(shop, ChargeStatus.PENDING);
        List<Envelope> events = new ArrayList<>(good.stream().map(Rush::paid).toList());
        events.add(70, Rush.paid(wrong, 1));

        var refused = together(events).outcome();

        assertThat(refused).containsOnlyKeys(wrong.id());
        assertThat(refused.get(wrong.id())).hasMessageContaining("1000 XAF, not 1");
        assertSettledOnce(good);
        assertThat(till.stored(wrong.id()).status()).isEqualTo(ChargeStatus.PENDING);
        assertThat(till.told(wrong.id())).isEmpty();
    }

    @Test
    void aRowThatSomebodyElseHoldsKeepsItsOwnSettlementWaitingOnly() throws Exception {
        List<Charge> good = pending(60);
        Charge locked = till.charge(shop, ChargeStatus.PENDING);
        Envelope late = Rush.paid(locked);
        List<Envelope> events =
                Stream.concat(good.stream().map(Rush::paid), Stream.of(late)).toList();

        try (var held = Rush.hold(till, locked)) {
            assertThat(held).isNotNull();
            var refused = together(events).outcome();

            assertThat(refused).containsOnlyKeys(locked.id());
            assertThat(refused.get(locked.id()))
                    .isInstanceOfSatisfying(
                            Problem.class, problem -> assertThat(problem.code()).isEqualTo("busy"));
            assertSettledOnce(good);
        }

        till.settle(late);
        assertSettledOnce(List.of(locked));
    }

    @Test
    void aBackEndThatIsKilledInTheMiddleOfABatchLeavesNothingBehind() throws Exception {
        patient(Map.of("NKAP_LOCK_TIMEOUT", "30s"));
        List<Charge> charges = pending(80);
        List<Envelope> events = charges.stream().map(Rush::paid).toList();

        try (var held = Rush.hold(till, charges.get(40))) {
            assertThat(held).isNotNull();
            var rush = together(events);
            Rush.awaitBlocked(till);
            till.kill(Objects.requireNonNull(Rush.waiting(till)));

            // Nobody is told that it failed for good, and nothing is tried one by one against a database that is away.
            assertThat(rush.outcome()).hasSize(80);
            assertThat(rush.outcome().values()).allSatisfy(told -> assertThat(told)
                    .isInstanceOfSatisfying(Problem.class, problem -> assertThat(problem.status())
                            .isEqualTo(503)));
            assertThat(till.settled(charges)).isZero();
        }

        var again = new Rush(till::settle);
        events.forEach(again::bring);
        assertThat(again.outcome()).isEmpty();
        assertSettledOnce(charges);
    }

    @Test
    void aStatementThatTakesTooLongIsFoundAndLeftOut() throws Exception {
        patient(Map.of("NKAP_LOCK_TIMEOUT", "30s", "NKAP_STATEMENT_TIMEOUT", "1s"));
        List<Charge> good = pending(40);
        Charge slow = till.charge(shop, ChargeStatus.PENDING);
        List<Envelope> events = Stream.concat(
                        Stream.of(Rush.paid(slow)), good.stream().map(Rush::paid))
                .toList();

        try (var held = Rush.hold(till, slow)) {
            assertThat(held).isNotNull();
            assertThat(together(events).outcome()).containsOnlyKeys(slow.id());
        }
        assertSettledOnce(good);
        assertThat(till.settled(List.of(slow))).isZero();
    }

    @Test
    void whoComesWhenTenThousandWaitIsTurnedAwayAndTheOthersAreSettled() throws Exception {
        patient(Map.of("NKAP_LOCK_TIMEOUT", "60s", "NKAP_STATEMENT_TIMEOUT", "60s"));
        List<Charge> charges = pending(10_040);

        long before = till.committed();
        var refused = together(charges.stream().map(Rush::paid).toList()).outcome();

        assertThat(refused).hasSize(40);
        assertThat(refused.values()).allSatisfy(told -> assertThat(told)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo("overloaded")));
        assertThat(till.settled(charges)).isEqualTo(10_000);
        assertThat(till.collected(charges)).isEqualTo(10_000);
        assertThat(till.committed() - before).as("ten thousand in batches").isLessThan(300);
    }

    private void patient(Map<String, String> settings) {
        till.close();
        till = new Till(settings);
        shop = till.shop(Till.DOUALA, "active");
    }
}
