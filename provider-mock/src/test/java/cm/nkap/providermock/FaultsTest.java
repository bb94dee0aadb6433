package cm.nkap.providermock;

import static cm.nkap.providermock.MtnCaller.PAYER;
import static cm.nkap.providermock.MtnCaller.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.providermock.MtnCaller.Heard;
import cm.nkap.providermock.mtn.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest {
    private final ProviderMock mock = ProviderMock.start(ProviderMockConfig.usual()
            .withOpening(5_000)
            .withSettings(Settings.usual().withPayAfterMs(10)));
    private final MtnCaller caller = MtnCaller.of(mock);
    private final String reference = MtnCaller.reference();

    @Test
    void downBreaksEveryCallUntilItIsSwitchedOff() throws Exception {
        fault("{\"mode\":\"down\"}");

        assertThatThrownBy(this::collect).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> caller.collection(reference)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> caller.mintToken("collection")).isInstanceOf(IOException.class);
        caller.admin("DELETE", "/admin/faults", "");

        assertThat(caller.collection(reference).status()).isEqualTo(404);
        assertThat(collect().status()).isEqualTo(202);
    }

    @Test
    void aCountedFaultHitsOnlyThatOften() throws Exception {
        fault("{\"mode\":\"unavailable\",\"for_next\":2,\"calls\":\"submit\"}");

        Heard status = caller.collection(reference);
        List<Integer> answers =
                List.of(collect().status(), collect().status(), collect().status());

        assertThat(status.status()).isEqualTo(404);
        assertThat(answers).containsExactly(503, 503, 202);
    }

    @Test
    void aFaultOfOneProductSparesTheOther() throws Exception {
        fault("{\"mode\":\"unavailable\",\"product\":\"disbursement\"}");

        assertThat(collect().status()).isEqualTo(202);
        assertThat(caller.payOut(MtnCaller.reference(), PAYER, 100, null).status())
                .isEqualTo(503);
    }

    @Test
    void resetAfterAcceptMovesTheMoneyBehindTheCallersBack() throws Exception {
        fault("{\"mode\":\"reset_after_accept\"}");

        assertThatThrownBy(this::collect).isInstanceOf(IOException.class);
        eventually(() -> mock.books().balance() == 6_000);

        assertThat(caller.collection(reference).text("status")).isEqualTo("SUCCESSFUL");
    }

    @Test
    void resetBeforeAcceptLeavesNothing() throws Exception {
        fault("{\"mode\":\"reset_before_accept\",\"for_next\":1}");

        assertThatThrownBy(this::collect).isInstanceOf(IOException.class);

        assertThat(caller.collection(reference).status()).isEqualTo(404);
        assertThat(collect().status()).isEqualTo(202);
    }

    @Test
    void htmlComesWithStatus200AndTakesNothing() throws Exception {
        fault("{\"mode\":\"html\",\"for_next\":1}");

        Heard heard = collect();

        assertThat(heard.status()).isEqualTo(200);
        assertThat(heard.contentType()).startsWith("text/html");
        assertThat(caller.collection(reference).status()).isEqualTo(404);
    }

    @Test
    void statusCallsBeyondTenASecondAreLimited() throws Exception {
        collect();
        fault("{\"mode\":\"rate_limit_status\"}");

        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            answers.add(caller.collection(reference).status());
        }

        assertThat(answers).contains(200, 429);
    }

    @Test
    void hundredsOfHangingCallsDoNotStopTheOthers() throws Exception {
        caller.admin("PUT", "/admin/settings", "{\"hang_ms\":4000}");
        fault("{\"mode\":\"hang\",\"for_next\":200}");
        CountDownLatch hanging = new CountDownLatch(200);
        for (int i = 0; i < 200; i++) {
            Thread.startVirtualThread(() -> {
                collectQuietly();
                hanging.countDown();
            });
        }
        eventually(() -> mock.books().payments().size() == 200);

        Heard other = collect();

        assertThat(hanging.getCount()).as("calls that hang still").isPositive();
        assertThat(other.status()).isEqualTo(202);
        eventually(() -> mock.books().wallet(PAYER).payments() == 201);
    }

    @Test
    void pendingPollsHideTheEnd() throws Exception {
        caller.admin("PUT", "/admin/settings", "{\"pending_polls\":2}");
        collect();
        eventually(() -> mock.books().balance() == 6_000);

        List<String> polls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            polls.add(caller.collection(reference).text("status"));
        }

        assertThat(polls).containsExactly("PENDING", "PENDING", "SUCCESSFUL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"mode\":\"nonsense\"}", "{}", "{\"mode\":\"down\",\"more\":1}", "no json"})
    void nonsenseIsRefusedAndChangesNothing(String fault) throws Exception {
        assertThat(caller.admin("PUT", "/admin/faults", fault).status()).isEqualTo(400);
        assertThat(collect().status()).isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"pay_after_ms\":-1}", "{\"nonsense\":1}", "{\"callback_delay_ms\":[5]}"})
    void nonsenseSettingsAreRefused(String settings) throws Exception {
        assertThat(caller.admin("PUT", "/admin/settings", settings).status()).isEqualTo(400);
    }

    private void fault(String fault) throws Exception {
        assertThat(caller.admin("PUT", "/admin/faults", fault).status()).isEqualTo(200);
    }

    private Heard collect() throws IOException, InterruptedException {
        return caller.collect(reference, PAYER, 1_000, null);
    }

    private void collectQuietly() {
        try {
            var _ = caller.collect(MtnCaller.reference(), PAYER, 1, null);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void stop() {
        mock.close();
    }
}
