package cm.nkap.providergateway;

import static cm.nkap.providergateway.ScriptedProvider.ACCEPTED;
import static cm.nkap.providergateway.ScriptedProvider.NOT_SENT;
import static cm.nkap.providergateway.ScriptedProvider.REFUSED;
import static cm.nkap.providergateway.ScriptedProvider.UNSURE;
import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.events.Envelope;
import cm.nkap.function.Orgs;
import cm.nkap.payments.ProviderRequest;
import cm.nkap.payments.ProviderRequest.Status;
import cm.nkap.providers.Operation;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProviderGatewayTest {
    private static Line line;
    private ScriptedProvider provider;

    @BeforeAll
    static void start() {
        line = new Line();
    }

    @AfterAll
    static void stop() {
        line.close();
    }

    @BeforeEach
    void newScript() {
        provider = line.newScript();
    }

    @Test
    void theTryIsCommittedBeforeItsFirstByteIsSent() {
        Envelope charge = line.charge();
        // Reading here also shows that the gateway has no transaction open while it waits for the provider.
        provider.submits(
                () -> {
                    assertThat(line.outcomes(charge)).containsExactly("submit open");
                    assertThat(line.request(charge).status()).isEqualTo(Status.CREATED);
                    assertThat(line.request(charge).reference())
                            .isEqualTo(provider.sent.getFirst().reference());
                    assertThat(line.isConsumed(charge)).isFalse();
                },
                ACCEPTED);

        line.gateway().react(charge);

        assertThat(line.outcomes(charge)).containsExactly("submit accepted");
        assertThat(line.attempts(charge).getFirst().httpStatus()).isEqualTo(200);
        assertThat(line.request(charge).status()).isEqualTo(Status.PENDING);
        assertThat(line.isConsumed(charge)).isTrue();
    }

    @Test
    void sendsWhatTheChargeSays() {
        Envelope charge = line.charge();
        provider.submits(ACCEPTED);

        line.gateway().react(charge);

        ProviderRequest request = line.request(charge);
        assertThat(provider.sent).singleElement().satisfies(sent -> {
            assertThat(sent.operation()).isEqualTo(Operation.COLLECTION);
            assertThat(sent.externalId()).isEqualTo(charge.event().about());
            assertThat(sent.amount()).isEqualTo(1000);
            assertThat(sent.number().digits()).isEqualTo(Line.NUMBER);
            assertThat(sent.callback())
                    .hasToString("http://127.0.0.1:8080/v1/callbacks/mtn/" + request.callbackToken());
        });
        assertThat(request.traceparent()).isEqualTo(Line.TRACE);
    }

    @Test
    void paysAPayoutOutOfTheFloat() {
        Envelope payout = line.payout();
        provider.submits(UNSURE, ACCEPTED);

        line.gateway().react(payout);

        assertThat(provider.sent).extracting(ScriptedProvider.Sent::operation).containsOnly(Operation.DISBURSEMENT);
        assertThat(line.told(payout)).containsExactly("disbursement.unknown", "disbursement.pending");
    }

    @Test
    void everyTryOfAPaymentKeepsItsReference() {
        Envelope charge = line.charge();
        provider.submits(NOT_SENT, UNSURE, ACCEPTED);

        line.gateway().react(charge);

        assertThat(references()).hasSize(3).containsOnly(line.request(charge).reference());
        assertThat(line.outcomes(charge)).containsExactly("submit not_sent", "submit unknown", "submit accepted");
        assertThat(line.request(charge).submits()).isEqualTo(3);
        assertThat(line.told(charge)).containsExactly("collection.unknown", "collection.pending");
    }

    @Test
    void afterTheLastTryTheQuestionsGoOn() {
        Envelope charge = line.charge();
        provider.submits(UNSURE, UNSURE, UNSURE);

        line.gateway().react(charge);

        assertThat(line.request(charge).status()).isEqualTo(Status.UNKNOWN);
        assertThat(line.request(charge).nextCheckAt()).isNotNull();
        assertThat(line.told(charge)).containsExactly("collection.unknown");
        assertThat(line.isConsumed(charge)).isTrue();
    }

    @Test
    void aRefusalFailsTheRequestUnlessAnEarlierTryIsInDoubt() {
        Envelope clear = line.charge();
        Envelope doubtful = line.charge();
        provider.submits(NOT_SENT, REFUSED).submits(UNSURE, REFUSED, REFUSED);

        line.gateway().react(clear);
        line.gateway().react(doubtful);

        assertThat(line.request(clear).status()).isEqualTo(Status.FAILED);
        assertThat(line.told(clear)).containsExactly("collection.failed");
        assertThat(line.request(doubtful).status()).isEqualTo(Status.UNKNOWN);
        assertThat(line.told(doubtful)).containsExactly("collection.unknown");
    }

    @Test
    void aTryThatWasCutOffLeavesDoubtForTheNextDelivery() {
        Envelope charge = line.charge();
        line.journal(Line.CONFIG).open(charge);
        UUID reference = line.request(charge).reference();
        provider.submits(REFUSED, REFUSED, REFUSED);

        line.gateway().react(charge);

        assertThat(references()).containsOnly(reference);
        assertThat(line.outcomes(charge)).startsWith("submit open");
        assertThat(line.request(charge).status()).isEqualTo(Status.UNKNOWN);
    }

    @Test
    void anEventDeliveredAgainSendsNothingMore() {
        Envelope accepted = line.charge();
        Envelope refused = line.charge();
        provider.submits(ACCEPTED, REFUSED);
        line.gateway().react(accepted);
        line.gateway().react(refused);

        line.gateway().react(accepted);
        line.gateway().react(refused);

        assertThat(provider.sent).hasSize(2);
        assertThat(line.request(refused).status()).isEqualTo(Status.FAILED);
    }

    @Test
    void twoDeliveriesInOneBatchGetOneTry() {
        Envelope charge = line.charge();
        var opening = new RequestOpening(Line.CONFIG);

        List<RequestJournal.Opened> first =
                line.database.inTransaction(Orgs.all(), tx -> opening.open(tx, List.of(charge, charge)));
        List<RequestJournal.Opened> again =
                line.database.inTransaction(Orgs.all(), tx -> opening.open(tx, List.of(charge, charge)));

        assertThat(first).extracting(opened -> opened.attempt().isPresent()).containsExactly(true, false);
        assertThat(again).extracting(opened -> opened.attempt().isPresent()).containsExactly(true, false);
        assertThat(line.outcomes(charge)).hasSize(2);
    }

    @Test
    void aRefusalDoesNotOverruleADeliveryThatWasAcceptedMeanwhile() {
        Envelope charge = line.charge();
        provider.submits(() -> line.gateway().react(charge), REFUSED).submits(ACCEPTED);

        line.gateway().react(charge);

        assertThat(references()).hasSize(2).containsOnly(line.request(charge).reference());
        assertThat(line.request(charge).status()).isEqualTo(Status.PENDING);
        assertThat(line.told(charge)).isEmpty();
    }

    @Test
    void aRefusalDoesNotDecideWhileAnotherTryIsUnderWay() {
        Envelope payout = line.payout();
        provider.submits(() -> line.journal(Line.CONFIG).begin(line.request(payout), RequestOpening.SUBMIT), REFUSED);

        line.gateway().react(payout);

        assertThat(line.told(payout)).containsExactly("disbursement.unknown");
        assertThat(line.request(payout).status()).isEqualTo(Status.UNKNOWN);
        assertThat(line.request(payout).nextCheckAt()).isNotNull();
    }

    private List<UUID> references() {
        return provider.sent.stream().map(ScriptedProvider.Sent::reference).toList();
    }
}
