package cm.nkap.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {
    @Test
    void everyRowSelectsSomething() {
        assertThat(Subscriptions.ALL).allSatisfy(row -> assertThat(row.kinds()).isNotEmpty());
    }

    @Test
    void noFunctionGetsAnEventTwice() {
        for (EventCatalogue.Entry kind : EventCatalogue.all()) {
            assertThat(Subscriptions.of(kind.natsSubject()).stream().map(Subscription::function))
                    .as(kind.type())
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void typesAndSubjectsAreUnique() {
        assertThat(EventCatalogue.all()).extracting(EventCatalogue.Entry::type).doesNotHaveDuplicates();
        assertThat(EventCatalogue.all())
                .extracting(EventCatalogue.Entry::natsSubject)
                .doesNotHaveDuplicates();
    }

    @Test
    void aWildcardTakesEverythingBelowItAndNothingElse() {
        Subscription row = new Subscription("create-charge", "nkap.provider.collection.>");

        assertThat(row.durable()).isEqualTo("create-charge--nkap-provider-collection-any");
        assertThat(row.matches("nkap.provider.collection.failed")).isTrue();
        assertThat(row.matches("nkap.provider.collections.failed")).isFalse();
        assertThat(row.matches("nkap.provider.collection")).isFalse();
    }

    @Test
    void anExactFilterTakesOneSubject() {
        Subscription row = new Subscription("payout", "nkap.charge.succeeded");

        assertThat(row.durable()).isEqualTo("payout--nkap-charge-succeeded");
        assertThat(row.kinds()).extracting(EventCatalogue.Entry::type).containsExactly("cm.nkap.charge.succeeded.v1");
    }

    @Test
    void filtersAndNamesThatNatsOrKnativeWouldReadOtherwiseAreRefused() {
        for (String filter : List.of("nkap.*.created", ">", "nkap", "other.charge.created", "nkap..x")) {
            assertThatIllegalArgumentException().isThrownBy(() -> new Subscription("payout", filter));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new Subscription("Pay_out", "nkap.charge.succeeded"));
    }
}
