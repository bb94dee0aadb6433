package cm.nkap.providermock;

import static cm.nkap.providermock.MtnCaller.PAYER;
import static cm.nkap.providermock.MtnCaller.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.providermock.MtnCaller.Heard;
import cm.nkap.providermock.books.Books;
import cm.nkap.providermock.books.Payment;
import cm.nkap.providermock.books.Totals;
import cm.nkap.providermock.books.Wallet;
import cm.nkap.providermock.http.Json;
import cm.nkap.providermock.mtn.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BooksTest {
    private static final ProviderMockConfig QUICK =
            ProviderMockConfig.usual().withSettings(Settings.usual().withPayAfterMs(10));

    @Test
    void moneyIsNeitherMadeNorLostByRandomPayments() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (ProviderMock mock = ProviderMock.start(QUICK.withOpening(3_000).withCollectionFeeBasisPoints(150))) {
            MtnCaller caller = MtnCaller.of(mock);
            for (int i = 0; i < 150; i++) {
                String msisdn = random.nextInt(4) == 0
                        ? "23767000000" + (1 + random.nextInt(5))
                        : "23767700000" + random.nextInt(5);
                long amount = random.nextLong(1, 2_000);
                if (random.nextBoolean()) {
                    caller.collect(MtnCaller.reference(), msisdn, amount, null);
                } else {
                    caller.payOut(MtnCaller.reference(), msisdn, amount, null);
                }
                if (random.nextInt(20) == 0) {
                    caller.admin("POST", "/admin/topup", "{\"amount\":" + amount + "}");
                }
            }
            eventually(() -> pending(mock.books()) == pendingForEver(mock.books()));

            Totals totals = mock.books().totals();
            long wallets =
                    mock.books().wallets().stream().mapToLong(Wallet::change).sum();
            assertThat(totals.balance() + totals.fees() + wallets)
                    .as("seed %d", seed)
                    .isEqualTo(totals.opening() + totals.toppedUp());
            assertThat(totals.balance()).as("seed %d", seed).isNotNegative();
            assertThat(caller.get("/collection/v1_0/account/balance").text("availableBalance"))
                    .isEqualTo(String.valueOf(totals.balance()));
            assertThat(caller.get("/disbursement/v1_0/account/balance").text("availableBalance"))
                    .isEqualTo(String.valueOf(totals.balance()));
        }
    }

    private static long pending(Books books) {
        return books.payments().stream()
                .filter(p -> p.state() instanceof Payment.Pending)
                .count();
    }

    private static long pendingForEver(Books books) {
        return books.payments().stream()
                .filter(p -> p.order().msisdn().equals("237670000005"))
                .count();
    }

    @Test
    void aPayoutBeyondTheWalletFailsAndATopUpHelps() throws Exception {
        try (ProviderMock mock = ProviderMock.start(QUICK.withOpening(999))) {
            MtnCaller caller = MtnCaller.of(mock);
            String tooMuch = MtnCaller.reference();
            String enough = MtnCaller.reference();

            caller.payOut(tooMuch, PAYER, 1_000, null);
            eventually(() -> pending(mock.books()) == 0);
            Heard toppedUp = caller.admin("POST", "/admin/topup", "{\"amount\":1,\"reference\":\"VIR-1\"}");
            caller.payOut(enough, PAYER, 1_000, null);
            eventually(() -> pending(mock.books()) == 0);

            assertThat(caller.transfer(tooMuch).text("reason")).isEqualTo("NOT_ENOUGH_FUNDS");
            assertThat(toppedUp.json().path("float").asLong()).isEqualTo(1_000);
            assertThat(caller.transfer(enough).text("status")).isEqualTo("SUCCESSFUL");
            assertThat(mock.books().balance()).isZero();
        }
    }

    @Test
    void parallelPayoutsNeverOverdrawTheWallet() throws Exception {
        try (ProviderMock mock = ProviderMock.start(QUICK.withOpening(1_000))) {
            MtnCaller caller = MtnCaller.of(mock);

            inParallel(30, () -> caller.payOut(MtnCaller.reference(), PAYER, 100, null));
            eventually(() -> pending(mock.books()) == 0);

            assertThat(mock.books().wallet(PAYER).receipts()).isEqualTo(10);
            assertThat(mock.books().balance()).isZero();
        }
    }

    @Test
    void parallelRepeatsOfOneReferencePayOnce() throws Exception {
        try (ProviderMock mock = ProviderMock.start(QUICK)) {
            MtnCaller caller = MtnCaller.of(mock);
            String reference = MtnCaller.reference();

            List<Heard> heard = inParallel(50, () -> caller.collect(reference, PAYER, 100, null));
            eventually(() -> pending(mock.books()) == 0);

            assertThat(heard).extracting(Heard::status).containsOnlyOnce(202);
            assertThat(heard).extracting(Heard::status).containsOnly(202, 409);
            assertThat(mock.books().balance()).isEqualTo(100);
        }
    }

    private static List<Heard> inParallel(int times, Callable<Heard> call) throws Exception {
        List<Heard> heard = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Heard>> calls = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                calls.add(threads.submit(call));
            }
            for (Future<Heard> one : calls) {
                heard.add(one.get());
            }
        }
        return heard;
    }

    @Test
    void aRefundNeverGivesBackMoreThanWasCollected() throws Exception {
        try (ProviderMock mock = ProviderMock.start(QUICK.withOpening(10_000))) {
            MtnCaller caller = MtnCaller.of(mock);
            String collection = MtnCaller.reference();
            caller.collect(collection, PAYER, 1_000, null);
            eventually(() -> pending(mock.books()) == 0);

            List<String> ends = new ArrayList<>();
            for (long amount : new long[] {600, 500, 400, 1}) {
                String refund = MtnCaller.reference();
                caller.submit("/disbursement/v2_0/refund", refund, refundBody(collection, amount), null);
                eventually(() -> pending(mock.books()) == 0);
                ends.add(caller.get("/disbursement/v1_0/refund/" + refund).text("status"));
            }

            assertThat(ends).containsExactly("SUCCESSFUL", "FAILED", "SUCCESSFUL", "FAILED");
            assertThat(mock.books().wallet(PAYER).change()).isZero();
            assertThat(mock.books().totals().refunded()).isEqualTo(1_000);
        }
    }

    private static String refundBody(String collection, long amount) {
        return Json.object()
                .put("amount", String.valueOf(amount))
                .put("currency", "XAF")
                .put("externalId", "REF01")
                .put("payerMessage", "m")
                .put("payeeNote", "n")
                .put("referenceIdToRefund", collection)
                .toString();
    }

    @Test
    void aDepositPaysLikeATransfer() throws Exception {
        try (ProviderMock mock = ProviderMock.start(QUICK.withOpening(500))) {
            MtnCaller caller = MtnCaller.of(mock);
            String reference = MtnCaller.reference();

            caller.submit("/disbursement/v2_0/deposit", reference, MtnCaller.body("payee", PAYER, 500), null);
            eventually(() -> pending(mock.books()) == 0);

            assertThat(caller.get("/disbursement/v1_0/deposit/" + reference).text("status"))
                    .isEqualTo("SUCCESSFUL");
            assertThat(mock.books().wallet(PAYER).received()).isEqualTo(500);
        }
    }

    @Test
    void aRestartKeepsTheBooksAndBringsOpenPaymentsToOneEnd(@TempDir Path directory) throws Exception {
        ProviderMockConfig kept = ProviderMockConfig.usual().withOpening(2_000).withDataDirectory(directory);
        String paid = MtnCaller.reference();
        String open = MtnCaller.reference();
        String out = MtnCaller.reference();
        try (ProviderMock mock =
                ProviderMock.start(kept.withSettings(Settings.usual().withPayAfterMs(10)))) {
            MtnCaller caller = MtnCaller.of(mock);
            caller.collect(paid, PAYER, 1_000, null);
            caller.payOut(out, PAYER, 300, null);
            caller.admin("POST", "/admin/topup", "{\"amount\":50}");
            eventually(() -> pending(mock.books()) == 0);
            caller.admin("PUT", "/admin/settings", "{\"pay_after_ms\":600000}");
            caller.collect(open, PAYER, 70, null);
        }
        Files.writeString(directory.resolve("mtn-books.jsonl"), "{\"entry\":\"accep", StandardOpenOption.APPEND);

        for (int restart = 0; restart < 3; restart++) {
            try (ProviderMock mock = ProviderMock.start(QUICK.withOpening(9_999).withDataDirectory(directory))) {
                MtnCaller caller = MtnCaller.of(mock);
                eventually(() -> pending(mock.books()) == 0);

                assertThat(mock.books().totals()).isEqualTo(new Totals(2_820, 2_000, 50, 1_070, 300, 0, 0));
                assertThat(mock.books().wallet(PAYER)).isEqualTo(new Wallet(PAYER, 1_070, 2, 300, 1));
                assertThat(caller.collection(open).text("status")).isEqualTo("SUCCESSFUL");
                assertThat(caller.collect(paid, PAYER, 1_000, null).status()).isEqualTo(409);
            }
        }
    }

    @Test
    void tokensSurviveARestart() throws Exception {
        String token;
        try (ProviderMock mock = ProviderMock.start(QUICK)) {
            token = MtnCaller.of(mock).mintToken("collection");
        }
        try (ProviderMock mock = ProviderMock.start(QUICK)) {
            MtnCaller caller = MtnCaller.of(mock);
            Heard heard = caller.send(caller.request("/collection/v1_0/account/balance")
                    .setHeader("Authorization", "Bearer " + token)
                    .build());

            assertThat(heard.status()).isEqualTo(200);
        }
    }

    @Test
    void theBooksAreOpenToRead() throws Exception {
        try (ProviderMock mock = ProviderMock.start(QUICK.withOpening(10))) {
            MtnCaller caller = MtnCaller.of(mock);
            String reference = MtnCaller.reference();
            caller.collect(reference, PAYER, 250, null);
            eventually(() -> pending(mock.books()) == 0);

            var books = caller.admin("GET", "/admin/books", "").json().path("mtn");
            var wallet =
                    caller.admin("GET", "/admin/books/wallets/" + PAYER, "").json();
            var byReference = caller.admin("GET", "/admin/books/transactions?reference=" + reference, "")
                    .json();
            var byExternalId = caller.admin("GET", "/admin/books/transactions?external_id=PAY" + PAYER, "")
                    .json();

            assertThat(books.path("float").asLong()).isEqualTo(260);
            assertThat(books.path("collected").asLong()).isEqualTo(250);
            assertThat(books.path("transactions").get(0).path("status").asText())
                    .isEqualTo("SUCCESSFUL");
            assertThat(wallet.path("paid").asLong()).isEqualTo(250);
            assertThat(byReference).isEqualTo(byExternalId);
            assertThat(byReference.at("/transactions/0/reference").asText()).isEqualTo(reference);
        }
    }

    @Test
    void aResetForgetsEverything() throws Exception {
        try (ProviderMock mock = ProviderMock.start(QUICK.withOpening(10))) {
            MtnCaller caller = MtnCaller.of(mock);
            String reference = MtnCaller.reference();
            caller.collect(reference, PAYER, 250, null);
            caller.admin("PUT", "/admin/faults", "{\"mode\":\"unavailable\"}");

            Heard reset = caller.admin("POST", "/admin/reset", "");

            assertThat(reset.status()).isEqualTo(204);
            assertThat(caller.collection(reference).status()).isEqualTo(404);
            assertThat(mock.books().totals()).isEqualTo(new Totals(10, 10, 0, 0, 0, 0, 0));
        }
    }
}
