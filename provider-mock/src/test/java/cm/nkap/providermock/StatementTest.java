package cm.nkap.providermock;

import static cm.nkap.providermock.MtnCaller.PAYER;
import static cm.nkap.providermock.MtnCaller.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.providermock.MtnCaller.Heard;
import cm.nkap.providermock.books.Payment;
import cm.nkap.providermock.mtn.Settings;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatementTest {
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private final ProviderMock mock = ProviderMock.start(ProviderMockConfig.usual()
            .withOpening(10_000)
            .withCollectionFeeBasisPoints(100)
            .withSettings(Settings.usual().withPayAfterMs(10)));
    private final MtnCaller caller = MtnCaller.of(mock);

    @Test
    void everyLineHasFiftyFourColumnsAndTheRepeatedNames() throws Exception {
        pay();

        List<String[]> lines = statementOfToday();

        assertThat(lines).allSatisfy(line -> assertThat(line).hasSize(54));
        List<String> header = Arrays.asList(lines.getFirst());
        assertThat(Collections.frequency(header, "Currency")).isEqualTo(17);
        assertThat(Collections.frequency(header, "Initiated by")).isEqualTo(2);
        assertThat(Collections.frequency(header, "On behalf of")).isEqualTo(2);
        assertThat(header.get(0)).isEqualTo("Id");
        assertThat(header.get(22)).isEqualTo("To / Fee");
        assertThat(header.get(46)).isEqualTo("Amount");
        assertThat(header.get(53)).isEqualTo("External service provider");
    }

    @Test
    void theDayExplainsTheWalletToTheFranc() throws Exception {
        pay();

        List<String[]> rows = statementOfToday().subList(1, 5);
        long amounts = rows.stream().mapToLong(row -> Long.parseLong(row[46])).sum();
        long fees = rows.stream()
                .mapToLong(row -> row[22].isEmpty() ? 0 : Long.parseLong(row[22]))
                .sum();

        assertThat(amounts - fees).isEqualTo(mock.books().balance() - 10_000);
        assertThat(rows).extracting(row -> row[4]).containsExactlyInAnyOrder("Debit", "Cash in", "Debit", "Transfer");
        assertThat(rows).extracting(row -> row[46]).containsExactlyInAnyOrder("5050", "-700", "1", "40");
        assertThat(rows).allSatisfy(row -> assertThat(row[3]).isEqualTo("Successful"));
    }

    @Test
    void aCollectionIsWrittenAsMtnWritesIt() throws Exception {
        String reference = pay();
        Heard status = caller.collection(reference);

        Heard file = statement(today());
        String[] row = statementOfToday().stream()
                .filter(line -> line[46].equals("5050"))
                .findFirst()
                .orElseThrow();

        assertThat(file.contentType()).startsWith("text/csv");
        assertThat(file.body()).doesNotContain(reference).endsWith("\n");
        assertThat(row[0]).isEqualTo(status.text("financialTransactionId")).hasSize(11);
        assertThat(row[1]).isEqualTo("PAY" + PAYER);
        assertThat(row[6]).isEqualTo("FRI:" + PAYER + "/MSISDN");
        assertThat(row[9]).matches("FRI:\\d{8}/MM");
        assertThat(row[22]).isEqualTo("50");
        assertThat(row[23]).isEqualTo("XAF");
        Payment.Paid paid =
                (Payment.Paid) mock.books().find(reference).orElseThrow().state();
        assertThat(row[2])
                .isEqualTo(LocalDateTime.ofInstant(paid.at(), ZoneOffset.ofHours(1))
                        .format(SECONDS));
    }

    @Test
    void anotherDayHasOnlyTheHeader() throws Exception {
        pay();

        assertThat(statement(today().minusDays(2)).body().lines()).hasSize(1);
    }

    @Test
    void aDayIsRequired() throws Exception {
        assertThat(caller.admin("GET", "/mtn/admin-statement?date=yesterday", "")
                        .status())
                .isEqualTo(400);
    }

    /** Two collections, a payout, a top-up, and a refused collection that must not be seen. */
    private String pay() throws Exception {
        String reference = MtnCaller.reference();
        caller.collect(reference, PAYER, 5_050, null);
        caller.collect(MtnCaller.reference(), "237677000001", 1, null);
        caller.collect(MtnCaller.reference(), "237670000001", 9_999, null);
        caller.payOut(MtnCaller.reference(), PAYER, 700, null);
        caller.admin("POST", "/admin/topup", "{\"amount\":40,\"reference\":\"VIR-1\"}");
        eventually(() -> mock.books().payments().stream().noneMatch(p -> p.state() instanceof Payment.Pending));
        return reference;
    }

    private static LocalDate today() {
        Instant now = InstantSource.system().instant();
        return LocalDate.ofInstant(now, ZoneOffset.ofHours(1));
    }

    private Heard statement(LocalDate day) throws Exception {
        return caller.admin("GET", "/mtn/admin-statement?date=" + day, "");
    }

    private List<String[]> statementOfToday() throws Exception {
        return statement(today())
                .body()
                .lines()
                .map(line -> line.split(",", -1))
                .toList();
    }

    @AfterEach
    void stop() {
        mock.close();
    }
}
