package cm.nkap.providergateway;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.payments.Failure;
import cm.nkap.payments.ProviderRequest;
import cm.nkap.payments.ProviderRequest.Kind;
import cm.nkap.payments.ProviderRequest.Status;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What time and repetition make of an answer; {@link Cells} says how to read the tables. */
class TransitionsOverTimeTest {
    private static final Transitions TRANSITIONS = new Transitions(Line.CONFIG);
    private static Cells cells;

    @BeforeAll
    static void start() {
        cells = new Cells();
    }

    @AfterAll
    static void stop() {
        cells.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            collect  | 15m | 2 | 10m | true  | expired 600s expired
            collect  | 14m | 2 | 10m | true  | unknown 60s unknown
            collect  | 15m | 1 | 10m | true  | unknown 60s unknown
            collect  | 15m | 2 | 9m  | true  | unknown 60s unknown
            collect  | 15m | 2 | 10m | false | unknown 60s unknown
            disburse | 15m | 2 | 10m | true  | unknown 60s unknown
            disburse | 99h | 9 | 90h | true  | unknown 60s unknown
            """)
    void notFoundProvesOnlyWithAgeRepetitionAndAProviderThatKnowsOthersAndNeverForAPayout(
            String kind, String age, int earlier, String since, boolean knowsOthers, String expected) {
        Function<Instant, ProviderRequest> asked = now -> Cells.request(
                        Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
                        Status.PENDING,
                        now.minus(Cells.duration(age)),
                        now)
                .counted(1, 0, now);

        String became = cells.change(
                now -> Cells.missed(asked.apply(now), earlier, now.minus(Cells.duration(since))),
                (tx, request) -> TRANSITIONS.answered(tx, request, ScriptedProvider.NOT_FOUND, knowsOthers));

        assertThat(became).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATED", "UNKNOWN"})
    void afterItsTimeARequestIsNeverHandedOverAgain(Status status) {
        for (Kind kind : Kind.values()) {
            String became = cells.change(
                    now -> Cells.request(kind, status, now.minusSeconds(600), now),
                    (tx, request) -> TRANSITIONS.answered(tx, request, ScriptedProvider.NOT_FOUND, false));

            assertThat(became).isEqualTo(status == Status.CREATED ? "unknown 60s unknown" : "unknown 60s");
        }
    }

    @Test
    void oneAnswerThatKnowsTheRequestForgetsThoseThatDidNot() {
        ProviderRequest after = cells.result(
                        now -> Cells.missed(Cells.request(Kind.COLLECT, Status.UNKNOWN, now, now), 2, now),
                        (tx, request) -> TRANSITIONS.answered(tx, request, ScriptedProvider.PENDING, true))
                .request();

        assertThat(after.notFound()).isZero();
        assertThat(after.notFoundSince()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"5m, 600s", "15m, 3600s", "2h, 86400s", "25h, -"})
    void anExpiredCollectionIsLookedAtAgainLaterAndLater(String age, String next) {
        String became = cells.change(
                now -> Cells.request(Kind.COLLECT, Status.EXPIRED, now.minus(Cells.duration(age)), now),
                (tx, request) -> TRANSITIONS.answered(tx, request, ScriptedProvider.EXPIRED, true));

        assertThat(became).isEqualTo("expired " + next);
    }

    @Test
    void aCallbackDoesNotStartTheLateChecksAnew() {
        String became = cells.change(
                now -> Cells.request(Kind.COLLECT, Status.EXPIRED, now, now).nextCheck(null),
                (tx, request) -> TRANSITIONS.answered(tx, request, ScriptedProvider.PENDING, true));

        assertThat(became).isEqualTo("expired -");
    }

    @Test
    void lateMoneyIsToldOnce() {
        String became = cells.change(
                now -> Cells.request(Kind.COLLECT, Status.EXPIRED, now, now).transaction("mtn-99"),
                (tx, request) -> TRANSITIONS.answered(tx, request, ScriptedProvider.PAID, true));

        assertThat(became).isEqualTo("expired -");
    }

    @ParameterizedTest
    @CsvSource({"0, 60s", "1, 3600s", "9, 3600s"})
    void questionsComeMoreSeldomAndTheLastPauseRepeats(int asks, String next) {
        String became = cells.change(
                now -> Cells.request(Kind.COLLECT, Status.PENDING, now, now).counted(1, asks, now),
                (tx, request) -> TRANSITIONS.answered(tx, request, ScriptedProvider.PENDING, true));

        assertThat(became).isEqualTo("pending " + next);
    }

    @Test
    void afterAWeekNobodyAsksAnyMore() {
        String became = cells.change(
                now -> Cells.request(Kind.COLLECT, Status.PENDING, now.minus(Cells.duration("169h")), now),
                (tx, request) -> TRANSITIONS.answered(tx, request, ScriptedProvider.PENDING, true));

        assertThat(became).isEqualTo("pending -");
    }

    @Test
    void aFailureSaysWhyInOurWords() {
        Transitions.Result result = cells.result(
                now -> Cells.request(Kind.COLLECT, Status.PENDING, now, now),
                (tx, request) -> TRANSITIONS.answered(tx, request, ScriptedProvider.FAILED, true));

        assertThat(result.failure()).isEqualTo(new Failure("declined_by_payer", "The payer declined the payment."));
    }
}
