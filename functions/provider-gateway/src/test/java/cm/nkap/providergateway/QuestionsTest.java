package cm.nkap.providergateway;

import static cm.nkap.providergateway.ScriptedProvider.ACCEPTED;
import static cm.nkap.providergateway.ScriptedProvider.NOT_FOUND;
import static cm.nkap.providergateway.ScriptedProvider.NOT_SENT;
import static cm.nkap.providergateway.ScriptedProvider.PAID;
import static cm.nkap.providergateway.ScriptedProvider.PENDING;
import static cm.nkap.providergateway.ScriptedProvider.UNSURE;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.events.Envelope;
import cm.nkap.events.ProviderEvent;
import cm.nkap.payments.ProviderRequest;
import cm.nkap.payments.ProviderRequest.Status;
import cm.nkap.providers.StatusAnswer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the gateway asks, and what it makes of the answers. */
class QuestionsTest {
    private Line line;
    private ScriptedProvider provider;

    /** Afresh for each, because what was settled before counts when a request is not found. */
    @BeforeEach
    void start() {
        line = new Line();
        provider = line.newScript();
    }

    @AfterEach
    void stop() {
        line.close();
    }

    @Test
    void aDueQuestionAndACallbackBothAsk() {
        Envelope charge = handedOver(line.charge());
        ProviderRequest request = line.request(charge);
        Envelope hint = Line.event(new ProviderEvent.CallbackReceived("cb_1", request.id(), "mtn", request.payment()));
        Envelope due = line.due(request);
        provider.says(PENDING, PAID);

        line.gateway().react(due);
        line.gateway().react(hint);

        assertThat(provider.asked)
                .extracting(question -> question.operation() + " " + question.reference())
                .containsOnly("COLLECTION " + request.reference());
        assertThat(line.outcomes(charge)).containsExactly("submit accepted", "status pending", "status succeeded");
        assertThat(line.told(charge)).containsExactly("collection.succeeded");
        assertThat(line.request(charge).providerTransaction()).isEqualTo("mtn-99");
        assertThat(line.isConsumed(due) && line.isConsumed(hint)).isTrue();
    }

    @Test
    void nothingIsAskedAboutMoneyThatIsKnownToHaveMoved() {
        Envelope charge = handedOver(line.charge());
        provider.says(PAID);
        line.gateway().react(line.due(line.request(charge)));
        Envelope late = line.due(line.request(charge));

        line.gateway().react(late);

        assertThat(provider.asked).hasSize(1);
        assertThat(line.isConsumed(late)).isTrue();
    }

    @Test
    void anotherAmountFreezesTheRequestAndItIsNotAskedAboutAnyMore() {
        Envelope charge = handedOver(line.charge());
        provider.says(ScriptedProvider.paid(900, "XAF"));
        line.gateway().react(line.due(line.request(charge)));

        line.gateway().react(line.due(line.request(charge)));

        assertThat(provider.asked).hasSize(1);
        assertThat(line.request(charge).status()).isEqualTo(Status.FROZEN);
        assertThat(line.exceptions(charge.event().about())).containsExactly("AMOUNT_UNDER");
        assertThat(line.told(charge)).containsExactly("collection.unknown");
    }

    @Test
    void whatTheProviderDoesNotFindIsHandedOverAgainWhileItsTimeRuns() {
        Envelope charge = line.charge();
        provider.submits(NOT_SENT, NOT_SENT, NOT_SENT);
        line.gateway().react(charge);
        provider.says(NOT_FOUND).submits(ACCEPTED);

        line.gateway().react(line.due(line.request(charge)));

        assertThat(references()).hasSize(4).containsOnly(line.request(charge).reference());
        assertThat(line.request(charge).status()).isEqualTo(Status.PENDING);
    }

    @Test
    void afterItsTimeItIsNeverHandedOverAgain() {
        Envelope charge = line.overdueCharge();
        Envelope payout = line.payout();
        provider.submits(UNSURE, UNSURE, UNSURE).submits(UNSURE, UNSURE, UNSURE);
        line.gateway().react(charge);
        // This gateway's payouts have no time at all.
        line.gateway(Line.EAGER).react(payout);
        provider.says(NOT_FOUND, NOT_FOUND);

        line.gateway().react(line.due(line.request(charge)));
        line.gateway().react(line.due(line.request(payout)));

        assertThat(provider.sent).hasSize(6);
        assertThat(line.request(charge).status()).isEqualTo(Status.UNKNOWN);
        assertThat(line.request(payout).status()).isEqualTo(Status.UNKNOWN);
    }

    @Test
    void notFoundIsBelievedOnlyOfAProviderThatFindsAnotherRequestNow() {
        Envelope settled = handedOver(line.charge());
        Envelope charge = line.overdueCharge();
        provider.says(PAID).submits(UNSURE, UNSURE, UNSURE);
        line.gateway().react(line.due(line.request(settled)));
        line.gateway().react(charge);

        assertThat(afterNotFound(charge, NOT_FOUND)).isEqualTo(Status.UNKNOWN);
        assertThat(afterNotFound(charge, ScriptedProvider.UNCLEAR)).isEqualTo(Status.UNKNOWN);
        assertThat(afterNotFound(charge, PAID)).isEqualTo(Status.EXPIRED);

        assertThat(provider.asked.getLast().reference())
                .isEqualTo(line.request(settled).reference());
        assertThat(line.told(charge)).containsExactly("collection.unknown", "collection.expired");
    }

    @Test
    void aProviderThatNeverPaidAnythingProvesNothing() {
        Envelope charge = line.overdueCharge();
        provider.submits(UNSURE, UNSURE, UNSURE).says(NOT_FOUND);
        line.gateway().react(charge);

        line.gateway(Line.EAGER).react(line.due(line.request(charge)));

        assertThat(line.request(charge).status()).isEqualTo(Status.UNKNOWN);
    }

    private Status afterNotFound(Envelope charge, StatusAnswer aboutAnother) {
        provider.says(NOT_FOUND, aboutAnother);
        line.gateway(Line.EAGER).react(line.due(line.request(charge)));
        return line.request(charge).status();
    }

    private Envelope handedOver(Envelope charge) {
        provider.submits(ACCEPTED);
        line.gateway().react(charge);
        return charge;
    }

    private List<UUID> references() {
        return provider.sent.stream().map(ScriptedProvider.Sent::reference).toList();
    }
}
