package cm.nkap.providergateway;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.payments.ProviderRequest.Kind;
import cm.nkap.payments.ProviderRequest.Status;
import cm.nkap.providers.StatusAnswer;
import cm.nkap.providers.SubmitAnswer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer against every state; {@link Cells} says how to read the tables. */
class TransitionsTest {
    private static final Map<String, SubmitAnswer> SUBMITS = Map.of(
            "accepted", ScriptedProvider.ACCEPTED,
            "known", ScriptedProvider.KNOWN,
            "refused", ScriptedProvider.REFUSED,
            "misconfigured", ScriptedProvider.MISCONFIGURED,
            "not sent", ScriptedProvider.NOT_SENT,
            "throttled", ScriptedProvider.THROTTLED,
            "unsure", ScriptedProvider.UNSURE);
    private static final Map<String, StatusAnswer> ANSWERS = Map.of(
            "paid", ScriptedProvider.PAID,
            "too much", ScriptedProvider.paid(1001, "XAF"),
            "too little", ScriptedProvider.paid(999, "XAF"),
            "euros", ScriptedProvider.paid(1000, "EUR"),
            "failed", ScriptedProvider.FAILED,
            "expired", ScriptedProvider.EXPIRED,
            "pending", ScriptedProvider.PENDING,
            "throttled", ScriptedProvider.BUSY,
            "unclear", ScriptedProvider.UNCLEAR,
            "not found", ScriptedProvider.NOT_FOUND);
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
            accepted      | pending 5s         | pending 5s | pending 5s pending
            known         | pending 5s         | pending 5s | pending 5s pending
            refused       | failed - failed    | pending 5s | unknown 5s
            misconfigured | failed - failed    | pending 5s | unknown 5s
            not sent      | created 5s         | pending 5s | unknown 5s
            throttled     | created 7s         | pending 5s | unknown 5s
            unsure        | unknown 5s unknown | pending 5s | unknown 5s
            """)
    void aSubmissionsAnswerCountsByWhatIsKnown(String answer, String created, String pending, String unknown) {
        for (Kind kind : Kind.values()) {
            assertThat(submitted(kind, Status.CREATED, answer)).isEqualTo(created);
            assertThat(submitted(kind, Status.PENDING, answer)).isEqualTo(pending);
            assertThat(submitted(kind, Status.UNKNOWN, answer)).isEqualTo(unknown);
            for (Status over : List.of(Status.SUCCEEDED, Status.FAILED, Status.EXPIRED, Status.FROZEN)) {
                assertThat(submitted(kind, over, answer)).isEqualTo(Cells.text(over) + " =");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            paid       | succeeded - succeeded        | succeeded - succeeded        | succeeded - succeeded
            too much   | frozen - unknown AMOUNT_OVER | frozen - unknown AMOUNT_OVER | frozen - AMOUNT_OVER
            too little | frozen - unknown AMOUNT_UNDER | frozen - unknown AMOUNT_UNDER | frozen - AMOUNT_UNDER
            euros      | frozen - unknown AMOUNT_UNDER | frozen - unknown AMOUNT_UNDER | frozen - AMOUNT_UNDER
            failed     | failed - failed              | failed - failed              | failed - failed
            pending    | pending 60s                  | pending 60s                  | pending 60s pending
            throttled  | created 7s                   | pending 7s                   | unknown 7s
            unclear    | created 60s                  | pending 60s                  | unknown 60s
            not found  | created 60s again            | unknown 60s unknown          | unknown 60s again
            """)
    void anAnswerMovesAnOpenRequest(String answer, String created, String pending, String unknown) {
        for (Kind kind : Kind.values()) {
            assertThat(answered(kind, Status.CREATED, answer)).isEqualTo(created);
            assertThat(answered(kind, Status.PENDING, answer)).isEqualTo(pending);
            assertThat(answered(kind, Status.UNKNOWN, answer)).isEqualTo(unknown);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            paid       | succeeded - | failed - succeeded    | expired - succeeded    | frozen -
            too much   | succeeded - | failed - AMOUNT_OVER  | expired - AMOUNT_OVER  | frozen -
            too little | succeeded - | failed - AMOUNT_UNDER | expired - AMOUNT_UNDER | frozen -
            failed     | succeeded - | failed -              | expired 600s           | frozen -
            expired    | succeeded - | failed -              | expired 600s           | frozen -
            pending    | succeeded - | failed -              | expired 600s           | frozen -
            throttled  | succeeded - | failed -              | expired 7s             | frozen -
            unclear    | succeeded - | failed -              | expired 600s           | frozen -
            not found  | succeeded - | failed -              | expired 600s           | frozen -
            """)
    void whatHasEndedStaysAndOnlyLateMoneyIsTold(
            String answer, String succeeded, String failed, String expired, String frozen) {
        for (Kind kind : Kind.values()) {
            assertThat(answered(kind, Status.SUCCEEDED, answer)).isEqualTo(succeeded);
            assertThat(answered(kind, Status.FAILED, answer)).isEqualTo(failed);
            assertThat(answered(kind, Status.EXPIRED, answer)).isEqualTo(expired);
            assertThat(answered(kind, Status.FROZEN, answer)).isEqualTo(frozen);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATED", "PENDING", "UNKNOWN"})
    void timeOverExpiresACollectionAndFailsADisbursement(Status status) {
        assertThat(answered(Kind.COLLECT, status, "expired")).isEqualTo("expired 600s expired");
        assertThat(answered(Kind.DISBURSE, status, "expired")).isEqualTo("failed - failed");
    }

    private static String submitted(Kind kind, Status status, String answer) {
        return cells.change(
                now -> Cells.request(kind, status, now.minusSeconds(60), now),
                (tx, request) -> TRANSITIONS.submitted(tx, request, Objects.requireNonNull(SUBMITS.get(answer))));
    }

    private static String answered(Kind kind, Status status, String answer) {
        return cells.change(
                now -> Cells.request(kind, status, now.minusSeconds(60), now),
                (tx, request) -> TRANSITIONS.answered(tx, request, Objects.requireNonNull(ANSWERS.get(answer)), true));
    }
}
