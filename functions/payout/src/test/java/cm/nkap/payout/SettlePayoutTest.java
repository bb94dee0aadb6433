package cm.nkap.payout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.events.Envelope;
import cm.nkap.events.PayoutEvent;
import cm.nkap.events.ProviderEvent;
import cm.nkap.function.Orgs;
import cm.nkap.ledger.Ledger;
import cm.nkap.payments.Failure;
import cm.nkap.payments.Ids;
import cm.nkap.payments.Payout;
import cm.nkap.payments.PayoutRows;
import cm.nkap.payments.PayoutStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettlePayoutTest {
    private static final String REQUESTED =
            "payout.requested merchant:shop:payable=1020 float:mtn=-1000 platform:fees=-20";
    private static final String REVERSED =
            "payout.reversed merchant:shop:payable=-1020 float:mtn=1000 platform:fees=20";
    private static final String UNEXPLAINED = "payout.unexplained suspense:mtn=1000 float:mtn=-1000";
    private static final PayoutBooks BOOKS = new PayoutBooks(new Ledger());
    private static Desk desk;
    private static Desk.Shop shop;

    @BeforeAll
    static void start() {
        desk = new Desk();
        shop = desk.shop("boutique-douala", 1_000_000);
        desk.floatIs("mtn", 1_000_000);
    }

    @AfterAll
    static void stop() {
        desk.close();
    }

    @ParameterizedTest(name = "{0} when {1}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            succeeded | pending   | succeeded | -           | payout.succeeded      | -
            succeeded | unknown   | succeeded | -           | payout.succeeded      | -
            succeeded | succeeded | succeeded | -           | -                     | -
            succeeded | failed    | failed    | unexplained | -                     | STATUS_CONTRADICTION
            failed    | pending   | failed    | reversed    | payout.failed         | -
            failed    | unknown   | failed    | reversed    | payout.failed         | -
            failed    | succeeded | succeeded | -           | -                     | STATUS_CONTRADICTION
            failed    | failed    | failed    | -           | -                     | -
            unknown   | pending   | unknown   | -           | payout.became_unknown | -
            unknown   | unknown   | unknown   | -           | -                     | -
            unknown   | succeeded | succeeded | -           | -                     | -
            unknown   | failed    | failed    | -           | -                     | -
            pending   | pending   | pending   | -           | -                     | -
            pending   | unknown   | pending   | -           | -                     | -
            pending   | succeeded | succeeded | -           | -                     | -
            pending   | failed    | failed    | -           | -                     | -
            """)
    void whatTheProviderSaidMeetsWhereThePayoutStands(
            String answer,
            String before,
            String after,
            @Nullable String journal,
            @Nullable String told,
            @Nullable String exception) {
        Payout payout = payout(PayoutStatus.of(before));
        var journals = new ArrayList<>(desk.journals(payout));

        desk.tell(shop.org(), said(payout, answer));

        if (journal != null) {
            journals.add(journal.equals("reversed") ? REVERSED : UNEXPLAINED);
        }
        assertThat(desk.stored(payout.id()).status()).isEqualTo(PayoutStatus.of(after));
        assertThat(desk.journals(payout)).isEqualTo(journals);
        assertThat(desk.told(payout.id())).isEqualTo(maybe(told));
        assertThat(desk.exceptions(payout.id())).isEqualTo(maybe(exception));
    }

    @Test
    void aPayoutThatFailedIsGivenBackToTheFranc() {
        long before = desk.payable(shop);
        long fees = desk.balance("platform:fees");
        Payout payout = payout(PayoutStatus.PENDING);
        assertThat(desk.payable(shop)).isEqualTo(before - 1020);

        desk.tell(shop.org(), said(payout, "failed"));
        desk.tell(shop.org(), said(payout, "failed"));

        assertThat(desk.payable(shop)).isEqualTo(before);
        assertThat(desk.balance("platform:fees")).isEqualTo(fees);
        assertThat(desk.journals(payout)).containsExactly(REQUESTED, REVERSED);
        assertThat(desk.stored(payout.id()).failure()).isEqualTo(new Failure("recipient_not_found", "No wallet."));
        assertThat(desk.stored(payout.id()).completedAt()).isNotNull();
        assertThat(reversed(payout)).isEqualTo(desk.stored(payout.id()).journal());
    }

    @Test
    void moneyPaidAfterItHadBeenGivenBackIsBookedOnce() {
        long float1 = desk.balance("float:mtn");
        Payout payout = payout(PayoutStatus.FAILED);

        desk.tell(shop.org(), said(payout, "succeeded"));
        desk.tell(shop.org(), said(payout, "succeeded"));

        assertThat(desk.journals(payout)).containsExactly(REQUESTED, REVERSED, UNEXPLAINED);
        assertThat(desk.exceptions(payout.id())).hasSize(1);
        assertThat(desk.balance("float:mtn")).isEqualTo(float1 - 1000);
    }

    @Test
    void aPayoutThatWasPaidSaysUnderWhichNumberOfTheProvider() {
        Payout payout = payout(PayoutStatus.PENDING);

        desk.tell(shop.org(), said(payout, "succeeded"));

        assertThat(desk.stored(payout.id()).providerTransaction()).isEqualTo("mtn-88");
        assertThat(desk.events(payout.id()).getFirst().event())
                .isEqualTo(new PayoutEvent.Succeeded(payout.id(), shop.id(), "mtn", 1000, "mtn-88"));
    }

    @Test
    void severalEventsOfOnePayoutInOneBatchAreSettledInTheirOrder() {
        Payout payout = payout(PayoutStatus.PENDING);
        Payout other = payout(PayoutStatus.PENDING);

        settle(
                said(payout, "unknown"),
                said(other, "succeeded"),
                said(payout, "pending"),
                said(payout, "failed"),
                said(payout, "succeeded"));

        assertThat(desk.told(payout.id())).containsExactly("payout.became_unknown", "payout.failed");
        assertThat(desk.journals(payout)).containsExactly(REQUESTED, REVERSED, UNEXPLAINED);
        assertThat(desk.stored(other.id()).status()).isEqualTo(PayoutStatus.SUCCEEDED);
    }

    @ParameterizedTest
    @CsvSource({"999, XAF", "1001, XAF", "1000, EUR"})
    void refusesAnotherAmountThanWasAsked(long amount, String currency) {
        Payout payout = payout(PayoutStatus.PENDING);
        var paid = new ProviderEvent.DisbursementSucceeded("pr_1", payout.id(), "mtn", "mtn-88", amount, currency);

        assertThatThrownBy(() -> desk.tell(shop.org(), paid)).hasStackTraceContaining("1000 XAF, not " + amount);

        assertThat(desk.stored(payout.id()).status()).isEqualTo(PayoutStatus.PENDING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"succeeded", "failed"})
    void refusesAnAnswerAboutAPayoutThatNobodyAskedFor(String answer) {
        Payout queued = payout(PayoutStatus.QUEUED);

        assertThatThrownBy(() -> desk.tell(shop.org(), said(queued, answer)))
                .hasStackTraceContaining("cannot move from QUEUED");

        assertThat(desk.stored(queued.id()).status()).isEqualTo(PayoutStatus.QUEUED);
        assertThat(desk.journals(queued)).isEmpty();
    }

    private static @Nullable Long reversed(Payout payout) {
        return desk.database.inTransaction(Orgs.all(), tx -> new Ledger()
                .journalsOf(tx.handle(), payout.id())
                .getLast()
                .reverses());
    }

    /** A payout of 1,000 F and 20 F fee that has come to this state, booked as the function books it. */
    private static Payout payout(PayoutStatus status) {
        var wanted = wanted();
        return desk.database.inTransaction(Orgs.all(), tx -> {
            if (status == PayoutStatus.QUEUED) {
                PayoutRows.insert(tx.handle(), List.of(wanted));
                return wanted;
            }
            Payout posted = ((PayoutBooks.Taken.Posted)
                            BOOKS.take(tx.handle(), List.of(wanted)).getFirst())
                    .payout();
            PayoutRows.insert(tx.handle(), List.of(posted));
            if (status != PayoutStatus.PENDING) {
                var failure = status == PayoutStatus.FAILED ? new Failure("earlier", "Earlier.") : null;
                var done = status.isFinal() ? Desk.LONG_AGO : null;
                PayoutRows.move(
                        tx.handle(),
                        List.of(new PayoutRows.Move(
                                posted.id(), PayoutStatus.PENDING, status, failure, null, null, done)));
            }
            if (status == PayoutStatus.FAILED) {
                BOOKS.post(tx.handle(), List.of(PayoutBooks.reversal(posted)));
            }
            return posted;
        });
    }

    private static Payout wanted() {
        return new Payout(
                Ids.next("po"),
                shop.org(),
                shop.id(),
                PayoutStatus.QUEUED,
                1000,
                20,
                "fp_1",
                "mtn",
                Desk.WALLET,
                "cash",
                null,
                null,
                PayoutBooks.FLOAT_SHORT,
                "somebody",
                null,
                null,
                "a".repeat(32),
                Desk.LONG_AGO,
                null);
    }

    private static List<String> maybe(@Nullable String one) {
        return one == null ? List.of() : List.of(one);
    }

    private static ProviderEvent said(Payout payout, String answer) {
        String id = payout.id();
        return switch (answer) {
            case "succeeded" -> new ProviderEvent.DisbursementSucceeded("pr_1", id, "mtn", "mtn-88", 1000, "XAF");
            case "failed" ->
                new ProviderEvent.DisbursementFailed("pr_1", id, "mtn", "recipient_not_found", "No wallet.");
            case "unknown" -> new ProviderEvent.DisbursementUnknown("pr_1", id, "mtn");
            case "pending" -> new ProviderEvent.DisbursementPending("pr_1", id, "mtn");
            default -> throw new IllegalArgumentException(answer);
        };
    }

    private static void settle(ProviderEvent... events) {
        List<Envelope> batch = new ArrayList<>();
        for (ProviderEvent event : events) {
            batch.add(Envelope.of("/nkap/provider-gateway", shop.org(), Desk.LONG_AGO, null, event));
        }
        desk.database.run(Orgs.all(), tx -> new SettlePayout(BOOKS).settle(tx, batch));
    }
}
