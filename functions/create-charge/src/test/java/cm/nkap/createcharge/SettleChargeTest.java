package cm.nkap.createcharge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.events.ChargeEvent;
import cm.nkap.events.Envelope;
import cm.nkap.events.ProviderEvent;
import cm.nkap.function.Orgs;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ChargeRows;
import cm.nkap.payments.ChargeStatus;
import cm.nkap.payments.Failure;
import cm.nkap.testing.Until;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettleChargeTest {
    private static final String COLLECTED =
            "charge.collected float:mtn=1000 merchant:shop:payable=-985 platform:fees=-15";
    private static final String UNAPPLIED = "charge.unapplied float:mtn=1000 suspense:mtn=-1000";
    /** What the provider said, before, after, journal, event, exception. */
    private static final String TABLE = """
            succeeded | pending   | succeeded | collected | charge.succeeded      | -
            succeeded | unknown   | succeeded | collected | charge.succeeded      | -
            succeeded | succeeded | succeeded | -         | -                     | -
            succeeded | failed    | failed    | unapplied | -                     | STATUS_CONTRADICTION
            succeeded | expired   | expired   | unapplied | -                     | STATUS_CONTRADICTION
            succeeded | canceled  | canceled  | unapplied | -                     | STATUS_CONTRADICTION
            failed    | pending   | failed    | -         | charge.failed         | -
            failed    | unknown   | failed    | -         | charge.failed         | -
            failed    | succeeded | succeeded | -         | -                     | STATUS_CONTRADICTION
            failed    | failed    | failed    | -         | -                     | -
            failed    | expired   | expired   | -         | -                     | -
            failed    | canceled  | canceled  | -         | -                     | -
            expired   | pending   | expired   | -         | charge.expired        | -
            expired   | unknown   | expired   | -         | charge.expired        | -
            expired   | succeeded | succeeded | -         | -                     | STATUS_CONTRADICTION
            expired   | failed    | failed    | -         | -                     | -
            expired   | expired   | expired   | -         | -                     | -
            expired   | canceled  | canceled  | -         | -                     | -
            unknown   | pending   | unknown   | -         | charge.became_unknown | -
            unknown   | unknown   | unknown   | -         | -                     | -
            unknown   | succeeded | succeeded | -         | -                     | -
            unknown   | failed    | failed    | -         | -                     | -
            unknown   | expired   | expired   | -         | -                     | -
            unknown   | canceled  | canceled  | -         | -                     | -
            pending   | pending   | pending   | -         | -                     | -
            pending   | unknown   | pending   | -         | -                     | -
            pending   | succeeded | succeeded | -         | -                     | -
            pending   | failed    | failed    | -         | -                     | -
            pending   | expired   | expired   | -         | -                     | -
            pending   | canceled  | canceled  | -         | -                     | -
            """;

    private static Till till;
    private static String shop;

    @BeforeAll
    static void start() {
        till = new Till(Map.of());
        shop = till.shop(Till.DOUALA, "active");
    }

    @AfterAll
    static void stop() {
        till.close();
    }

    @ParameterizedTest(name = "{0} when {1}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = TABLE)
    void whatTheProviderSaidMeetsWhereTheChargeStands(
            String answer,
            String before,
            String after,
            @Nullable String journal,
            @Nullable String told,
            @Nullable String exception) {
        Charge charge = till.charge(shop, ChargeStatus.of(before));

        till.settle(said(charge, answer));

        assertThat(till.stored(charge.id()).status()).isEqualTo(ChargeStatus.of(after));
        assertThat(till.journals(charge))
                .isEqualTo(journal == null ? List.of() : List.of(journal.equals("collected") ? COLLECTED : UNAPPLIED));
        assertThat(till.told(charge.id())).isEqualTo(maybe(told));
        assertThat(till.exceptions(charge.id())).isEqualTo(maybe(exception));
        assertThat(till.receipts(charge.id()))
                .isEqualTo("unapplied".equals(journal) ? List.of("1000 mtn-77") : List.of());
    }

    @Test
    void aChargeThatWasPaidSaysWhenAndUnderWhichNumberOfTheProvider() {
        Charge charge = till.charge(shop, ChargeStatus.PENDING);

        till.settle(said(charge, "succeeded"));

        assertThat(till.stored(charge.id()).providerTransaction()).isEqualTo("mtn-77");
        assertThat(till.stored(charge.id()).completedAt()).isNotNull();
        assertThat(till.events(charge.id()).getFirst().event())
                .isEqualTo(new ChargeEvent.Succeeded(charge.id(), shop, "mtn", 1000, 15, 985, "mtn-77"));
    }

    @Test
    void aChargeThatFailedSaysWhy() {
        Charge failed = till.charge(shop, ChargeStatus.PENDING);
        Charge expired = till.charge(shop, ChargeStatus.PENDING);

        till.settle(said(failed, "failed"), said(expired, "expired"));

        assertThat(till.stored(failed.id()).failure()).isEqualTo(new Failure("declined_by_payer", "Declined."));
        assertThat(till.stored(expired.id()).failure())
                .isEqualTo(new Failure("payer_timeout", "The payer did not approve in time."));
        assertThat(till.stored(failed.id()).completedAt()).isNotNull();
    }

    @Test
    void anEventDeliveredAgainChangesNothing() {
        Charge charge = till.charge(shop, ChargeStatus.FAILED);
        Envelope paid = said(charge, "succeeded");

        till.settle(paid);
        till.settle(paid);
        till.settle(said(charge, "succeeded"));

        assertThat(till.journals(charge)).containsExactly(UNAPPLIED);
        assertThat(till.receipts(charge.id())).hasSize(1);
        assertThat(till.exceptions(charge.id())).hasSize(1);
    }

    @Test
    void severalEventsOfOneChargeInOneBatchAreSettledInTheirOrder() {
        Charge charge = till.charge(shop, ChargeStatus.PENDING);
        Charge other = till.charge(shop, ChargeStatus.PENDING);

        till.settle(
                said(charge, "unknown"),
                said(charge, "pending"),
                said(other, "succeeded"),
                said(charge, "unknown"),
                said(charge, "failed"),
                said(charge, "succeeded"));

        assertThat(till.told(charge.id()))
                .containsExactly("charge.became_unknown", "charge.became_unknown", "charge.failed");
        assertThat(till.stored(charge.id()).status()).isEqualTo(ChargeStatus.FAILED);
        assertThat(till.journals(charge)).containsExactly(UNAPPLIED);
        assertThat(till.journals(other)).containsExactly(COLLECTED);
    }

    @Test
    void aPartOfNothingIsLeftOutOfTheJournal() {
        Charge whole = till.charge(shop, ChargeStatus.PENDING, 1000);
        Charge free = till.charge(shop, ChargeStatus.PENDING, 0);

        till.settle(said(whole, "succeeded"), said(free, "succeeded"));

        assertThat(till.journals(whole)).containsExactly("charge.collected float:mtn=1000 platform:fees=-1000");
        assertThat(till.journals(free)).containsExactly("charge.collected float:mtn=1000 merchant:shop:payable=-1000");
    }

    @ParameterizedTest
    @CsvSource({"999, XAF", "1001, XAF", "1000, EUR"})
    void refusesAnotherAmountThanWasAsked(long amount, String currency) {
        Charge charge = till.charge(shop, ChargeStatus.PENDING);

        assertThatThrownBy(() -> till.settle(paid(charge, amount, currency)))
                .hasMessageContaining("1000 XAF, not " + amount);

        assertThat(till.stored(charge.id()).status()).isEqualTo(ChargeStatus.PENDING);
        assertThat(till.journals(charge)).isEmpty();
        till.settle(paid(charge, 1000, "XAF"));
        assertThat(till.journals(charge)).containsExactly(COLLECTED);
    }

    @Test
    void aWrongAmountParksOnlyItsOwnEvent() {
        Charge first = till.charge(shop, ChargeStatus.PENDING);
        List<Charge> good = Stream.generate(() -> till.charge(shop, ChargeStatus.PENDING))
                .limit(4)
                .toList();
        Charge wrong = till.charge(shop, ChargeStatus.PENDING);
        Set<String> refused = ConcurrentHashMap.newKeySet();

        // While the first one's row is held, all others gather for one batch.
        List<Thread> deliveries = till.database.inTransaction(Orgs.all(), tx -> {
            ChargeRows.lock(tx.handle(), List.of(first.id()));
            List<Thread> started = Stream.concat(
                            Stream.of(said(first, "succeeded"), paid(wrong, 1, "XAF")),
                            good.stream().map(charge -> said(charge, "succeeded")))
                    .map(event -> Thread.ofPlatform().start(() -> deliver(event, refused)))
                    .toList();
            Until.holds(Duration.ofSeconds(10), "all deliveries wait", () -> started.stream()
                    .allMatch(thread -> thread.getState() == Thread.State.WAITING));
            return started;
        });
        Until.holds(Duration.ofSeconds(10), "all deliveries end", () -> deliveries.stream()
                .noneMatch(Thread::isAlive));

        assertThat(refused).containsExactly(wrong.id());
        assertThat(till.stored(wrong.id()).status()).isEqualTo(ChargeStatus.PENDING);
        assertThat(till.stored(first.id()).status()).isEqualTo(ChargeStatus.SUCCEEDED);
        assertThat(good).allSatisfy(charge -> assertThat(till.journals(charge)).containsExactly(COLLECTED));
    }

    private static void deliver(Envelope event, Set<String> refused) {
        try {
            till.settle(event);
        } catch (IllegalArgumentException e) {
            refused.add(event.event().about());
        }
    }

    private static List<String> maybe(@Nullable String one) {
        return one == null ? List.of() : List.of(one);
    }

    private static Envelope paid(Charge charge, long amount, String currency) {
        return event(
                charge, new ProviderEvent.CollectionSucceeded("pr_1", charge.id(), "mtn", "mtn-77", amount, currency));
    }

    private static Envelope said(Charge charge, String answer) {
        String id = charge.id();
        return switch (answer) {
            case "succeeded" -> paid(charge, 1000, "XAF");
            case "failed" ->
                event(charge, new ProviderEvent.CollectionFailed("pr_1", id, "mtn", "declined_by_payer", "Declined."));
            case "expired" -> event(charge, new ProviderEvent.CollectionExpired("pr_1", id, "mtn", "proof"));
            case "unknown" -> event(charge, new ProviderEvent.CollectionUnknown("pr_1", id, "mtn"));
            case "pending" -> event(charge, new ProviderEvent.CollectionPending("pr_1", id, "mtn"));
            default -> throw new IllegalArgumentException(answer);
        };
    }

    private static Envelope event(Charge charge, ProviderEvent event) {
        return Envelope.of("/nkap/provider-gateway", charge.org(), Instant.now(), null, event);
    }
}
