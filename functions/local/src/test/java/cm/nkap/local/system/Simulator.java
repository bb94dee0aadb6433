package cm.nkap.local.system;

import cm.nkap.providermock.ProviderMock;
import cm.nkap.providermock.ProviderMockConfig;
import cm.nkap.providermock.books.Books;
import cm.nkap.providermock.books.Payment;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;

/** The MTN simulator with its switches, and its own books as the independent witness of what really moved. */
final class Simulator implements AutoCloseable {
    private static final Map<String, Object> QUICK = Map.of(
            "pay_after_ms", 150,
            "slow_pay_ms", 1_200,
            "late_success_ms", 1_200,
            "hang_ms", 4_000,
            "callback_delay_ms", List.of(5, 40),
            "callback", "once");

    private final ProviderMock mock;

    private Simulator(ProviderMock mock) {
        this.mock = mock;
    }

    /** @param opening what our wallet holds there at first, whole XAF */
    static Simulator start(long opening) {
        Simulator simulator =
                new Simulator(ProviderMock.start(ProviderMockConfig.usual().withOpening(opening)));
        simulator.isWell();
        return simulator;
    }

    String url() {
        return mock.url();
    }

    Books books() {
        return mock.books();
    }

    /** No fault, the usual quick payer. */
    void isWell() {
        call("DELETE", "/admin/faults", Map.of());
        call("PUT", "/admin/settings", QUICK);
    }

    void settings(Map<String, Object> settings) {
        call("PUT", "/admin/settings", settings);
    }

    void fault(Map<String, Object> fault) {
        call("PUT", "/admin/faults", fault);
    }

    void isUpAgain() {
        call("DELETE", "/admin/faults", Map.of());
    }

    void topUp(long amount, String reference) {
        call("POST", "/admin/topup", Map.of("amount", amount, "reference", reference));
    }

    void forgetTokens() {
        call("POST", "/admin/tokens/revoke", Map.of());
    }

    /** What was really paid in or out for one of our payments, by the provider's own books. */
    List<Payment> paidFor(String payment) {
        return books().payments().stream()
                .filter(made -> payment.equals(made.order().externalId()))
                .filter(made -> made.state() instanceof Payment.Paid)
                .toList();
    }

    private void call(String method, String path, Map<String, Object> body) {
        var answer = Api.send(HttpRequest.newBuilder(URI.create(mock.url() + path))
                .method(method, BodyPublishers.ofByteArray(Api.JSON.writeValueAsBytes(body)))
                .build());
        if (answer.status() / 100 != 2) {
            throw new IllegalStateException(method + " " + path + " answered " + answer.status() + answer.body());
        }
    }

    @Override
    public void close() {
        mock.close();
    }
}
