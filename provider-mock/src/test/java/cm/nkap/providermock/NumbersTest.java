package cm.nkap.providermock;

import static cm.nkap.providermock.MtnCaller.PAYER;
import static cm.nkap.providermock.MtnCaller.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.providermock.MtnCaller.Heard;
import cm.nkap.providermock.books.Payment;
import cm.nkap.providermock.mtn.Numbers;
import cm.nkap.providermock.mtn.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the number table, as payer and as payee. Short waits stand for the documented seconds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NumbersTest {
    private static final long AMOUNT = 1_000;

    /** Digits | as payer: answer, end | as payee: answer, end; "=" is the same as payer. */
    private static final String MTN = """
            50 | 202, FAILED INTERNAL_PROCESSING_ERROR | =
            51 | 202, FAILED APPROVAL_REJECTED | =
            52 | 202, FAILED EXPIRED | =
            53 | 202, PENDING | =
            54 | 202, SUCCESSFUL | =
            55 | 202, FAILED PAYER_NOT_FOUND | 202, FAILED NOT_ENOUGH_FUNDS
            56 | 202, FAILED PAYEE_NOT_ALLOWED_TO_RECEIVE | 202, FAILED PAYER_LIMIT_REACHED
            57 | 500 NOT_ALLOWED, 404 | 202, FAILED PAYEE_NOT_FOUND
            58 | 500 NOT_ALLOWED_TARGET_ENVIRONMENT, 404 | 500 NOT_ALLOWED, 404
            59 | 500 INVALID_CALLBACK_URL_HOST, 404 | 500 NOT_ALLOWED_TARGET_ENVIRONMENT, 404
            60 | 500 INVALID_CURRENCY, 404 | 500 INVALID_CALLBACK_URL_HOST, 404
            61 | 202, FAILED INTERNAL_PROCESSING_ERROR | 500 INVALID_CURRENCY, 404
            62 | 503 SERVICE_UNAVAILABLE, 404 | 202, FAILED INTERNAL_PROCESSING_ERROR
            63 | 202, FAILED COULD_NOT_PERFORM_TRANSACTION | 503 SERVICE_UNAVAILABLE, 404
            64 | 202, FAILED TRANSFER_TYPE_UNKNOWN | =
            """;

    private static final String OURS = """
            01 | 202, FAILED APPROVAL_REJECTED | 202, FAILED PAYEE_NOT_ALLOWED_TO_RECEIVE
            02 | 202, FAILED NOT_ENOUGH_FUNDS | =
            03 | 202, FAILED PAYER_NOT_FOUND | 202, FAILED PAYEE_NOT_FOUND
            04 | 202, FAILED EXPIRED | =
            05 | 202, PENDING | =
            06 | 202, SUCCESSFUL | =
            07 | 202, FAILED INTERNAL_PROCESSING_ERROR | =
            08 | 503 SERVICE_UNAVAILABLE, 404 | =
            09 | 202, FAILED {NOT_ALLOWED} | =
            10 | reset, SUCCESSFUL | =
            11 | reset, 404 | =
            12 | 202 late, SUCCESSFUL | =
            13 | 202 late, SUCCESSFUL | =
            14 | 503 503 202, SUCCESSFUL | =
            15 | html, 404 | =
            16 | 503 SERVICE_UNAVAILABLE late, 404 | =
            20 | 202, SUCCESSFUL | =
            21 | 202, SUCCESSFUL | =
            22 | 202, SUCCESSFUL | =
            23 | 202, FAILED APPROVAL_REJECTED | =
            24 | 202, SUCCESSFUL | =
            25 | 202, SUCCESSFUL | =
            26 | 202, SUCCESSFUL | =
            27 | 202, SUCCESSFUL | =
            28 | 202, SUCCESSFUL | =
            30 | 202, FAILED LOW_BALANCE_OR_PAYEE_LIMIT_REACHED_OR_NOT_ALLOWED | =
            31 | 202, FAILED PAYER_LIMIT_REACHED | 202, FAILED PAYEE_LIMIT_REACHED
            32 | 202, FAILED COULD_NOT_PERFORM_TRANSACTION | =
            33 | 202, FAILED SERVICE_UNAVAILABLE | =
            34 | 202, FAILED SENDER_ACCOUNT_NOT_ACTIVE | =
            35 | 202, FAILED A_REASON_NOBODY_KNOWS | =
            """;

    private static final long HANG_MS = 250;

    private final ProviderMock mock = ProviderMock.start(ProviderMockConfig.usual()
            .withOpening(1_000_000)
            .withSettings(new Settings(
                    20, 120, 120, HANG_MS, 0, List.of(0L, 5L), Settings.usual().callback(), false, 3_600)));
    private final MtnCaller caller = MtnCaller.of(mock);

    record Case(String msisdn, boolean paysIn, String answer, String end) {
        @Override
        public String toString() {
            return msisdn + (paysIn ? " as payer: " : " as payee: ") + answer + ", " + end;
        }
    }

    static Stream<Case> rows() {
        return Stream.of(cases("467331234", MTN), cases("2376000004", MTN), cases("2376700000", OURS))
                .flatMap(s -> s);
    }

    private static Stream<Case> cases(String prefix, String table) {
        return table.lines().flatMap(line -> {
            String[] cells = line.split("\\|");
            String payee = cells[2].strip().equals("=") ? cells[1] : cells[2];
            String msisdn = prefix + cells[0].strip();
            return Stream.of(aCase(msisdn, true, cells[1]), aCase(msisdn, false, payee));
        });
    }

    private static Case aCase(String msisdn, boolean paysIn, String cell) {
        String[] parts = cell.split(",");
        return new Case(msisdn, paysIn, parts[0].strip(), parts[1].strip());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void doesWhatTheTableSays(Case row) throws Exception {
        mock.books().reset();
        String reference = MtnCaller.reference();

        String answer = answer(row, reference);
        String end = end(row, reference);

        assertThat(answer).isEqualTo(row.answer());
        assertThat(end).isEqualTo(row.end());
        boolean moved = row.end().equals("SUCCESSFUL");
        var wallet = mock.books().wallet(row.msisdn());
        assertThat(wallet.paid()).isEqualTo(moved && row.paysIn() ? AMOUNT : 0);
        assertThat(wallet.received()).isEqualTo(moved && !row.paysIn() ? AMOUNT : 0);
        assertThat(mock.books().balance()).isEqualTo(1_000_000 + wallet.paid() - wallet.received());
    }

    private String answer(Case row, String reference) throws InterruptedException {
        long start = System.nanoTime();
        String answer = submit(row, reference);
        if (answer.equals("503") && row.answer().startsWith("503 503")) {
            return "503 " + submit(row, reference) + " " + submit(row, reference);
        }
        boolean late = System.nanoTime() - start >= HANG_MS * 1_000_000;
        return row.answer().endsWith(" late") && late ? answer + " late" : answer;
    }

    private String submit(Case row, String reference) throws InterruptedException {
        try {
            Heard heard = row.paysIn()
                    ? caller.collect(reference, row.msisdn(), AMOUNT, null)
                    : caller.payOut(reference, row.msisdn(), AMOUNT, null);
            if (heard.contentType().startsWith("text/html") && heard.status() == 200) {
                return "html";
            }
            boolean plain = heard.status() == 202 || row.answer().startsWith("503 503");
            return plain ? String.valueOf(heard.status()) : heard.status() + " " + heard.text("code");
        } catch (IOException e) {
            return "reset";
        }
    }

    private String end(Case row, String reference) throws IOException, InterruptedException {
        if (row.end().equals("PENDING") || row.end().equals("404")) {
            String later = MtnCaller.reference();
            caller.collect(later, PAYER, 1, null);
            eventually(() -> mock.books().find(later).orElseThrow().state() instanceof Payment.Paid);
            caller.payOut(MtnCaller.reference(), PAYER, 1, null);
            eventually(() -> mock.books().wallet(PAYER).received() == 1);
            return status(row, reference);
        }
        eventually(() -> unchecked(() -> status(row, reference)).equals(row.end()));
        return status(row, reference);
    }

    private String status(Case row, String reference) throws IOException, InterruptedException {
        Heard heard = row.paysIn() ? caller.collection(reference) : caller.transfer(reference);
        if (heard.status() == 404) {
            return "404";
        }
        var reason = heard.json().path("reason");
        String why = reason.isObject() ? " {" + reason.path("code").asText() + "}" : " " + reason.asText();
        return (heard.text("status") + why).strip();
    }

    interface Asking {
        String ask() throws IOException, InterruptedException;
    }

    private static String unchecked(Asking asking) {
        try {
            return asking.ask();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anyOtherNumberPays() throws Exception {
        for (String msisdn : List.of("237677000050", "237650000001", "237699999964", "46733123449", "23767000001")) {
            String reference = MtnCaller.reference();

            caller.collect(reference, msisdn, AMOUNT, null);

            eventually(() -> mock.books().find(reference).orElseThrow().state() instanceof Payment.Paid);
        }
    }

    @Test
    void aDelayedNumberIsCreatedFirst() throws Exception {
        String reference = MtnCaller.reference();

        caller.collect(reference, "46733123454", AMOUNT, null);

        assertThat(caller.collection(reference).text("status")).isEqualTo("CREATED");
    }

    @Test
    void aLateSuccessIsExpiredBefore() throws Exception {
        caller.admin("PUT", "/admin/settings", "{\"late_success_ms\":600000}");
        String reference = MtnCaller.reference();

        caller.collect(reference, "237670000024", AMOUNT, null);

        eventually(() ->
                unchecked(() -> caller.collection(reference).text("reason")).equals("EXPIRED"));
        caller.admin("PUT", "/admin/settings", "{\"late_success_ms\":120}");
    }

    @Test
    void aNumberTakenLateIsUnknownUntilThen() throws Exception {
        String reference = MtnCaller.reference();
        Thread submission = Thread.startVirtualThread(() -> unchecked(
                () -> caller.collect(reference, "237670000013", AMOUNT, null).body()));

        Heard during = caller.collection(reference);
        submission.join();
        eventually(() ->
                unchecked(() -> caller.collection(reference).text("status")).equals("SUCCESSFUL"));

        assertThat(during.status()).isEqualTo(404);
    }

    @Test
    void wrongAmountIsOnlyInWhatIsToldAndNotInTheBooks() throws Exception {
        mock.books().reset();
        String reference = MtnCaller.reference();

        caller.collect(reference, "237670000025", AMOUNT, null);
        eventually(() ->
                unchecked(() -> caller.collection(reference).text("status")).equals("SUCCESSFUL"));

        assertThat(caller.collection(reference).text("amount")).isEqualTo("900");
        assertThat(mock.books().totals().collected()).isEqualTo(AMOUNT);
    }

    @Test
    void thisTestAndTheReadmeKnowEveryRow() throws Exception {
        Set<String> tested = Stream.of(MTN, OURS)
                .flatMap(String::lines)
                .map(line -> line.substring(0, 2))
                .collect(Collectors.toSet());
        Set<String> documented = Pattern.compile("(?m)^\\| (\\d\\d) \\|")
                .matcher(Numbers.markdown())
                .results()
                .map(NumbersTest::digits)
                .collect(Collectors.toSet());

        assertThat(tested).isEqualTo(documented);
        assertThat(Files.readString(Path.of("README.md"))).contains(Numbers.markdown());
    }

    private static String digits(MatchResult match) {
        return match.group(1);
    }

    @AfterAll
    void stop() {
        mock.close();
    }
}
