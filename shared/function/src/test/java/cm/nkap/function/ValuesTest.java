package cm.nkap.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @ParameterizedTest
    @ValueSource(strings = {"*", "a,b", "", " a", "a b", "-a", "a\nb"})
    void anOrganisationThatWouldWidenWhatIsSeenIsNoOrganisation(String alias) {
        assertThatThrownBy(() -> Orgs.of(alias)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void organisationsAreListedOnceInOrder() {
        assertThat(Orgs.of("b", "a", "b").setting()).isEqualTo("a,b");
        assertThat(Orgs.none().and(List.of("a")).setting()).isEqualTo("a");
        assertThat(Orgs.all().and(List.of("a"))).isEqualTo(Orgs.all());
    }

    @Test
    void onlyStaffSeesEverybody() {
        assertThat(Orgs.of(new Caller("s", "nkap", Set.of(Role.TREASURY)))).isEqualTo(Orgs.all());
        assertThat(Orgs.of(new Caller("s", "shop", Set.of(Role.ORG_ADMIN, Role.MERCHANT))))
                .isEqualTo(Orgs.of("shop"));
        assertThat(Orgs.of(Caller.NOBODY)).isEqualTo(Orgs.none());
    }

    @ParameterizedTest
    @CsvSource({
        "nkap.charge.failed, nkap.charge.failed, true",
        "nkap.charge.failed, nkap.charge.failed.x, false",
        "nkap.charge.*, nkap.charge.failed, true",
        "nkap.charge.*, nkap.charge, false",
        "nkap.provider.collection.>, nkap.provider.collection.succeeded, true",
        "nkap.provider.collection.>, nkap.provider.collection, false",
        "nkap.provider.>, nkap.provider.collection.succeeded, true",
        "nkap.charge.failed, nkap.charge.created, false"
    })
    void filtersMatchAsInNats(String filter, String subject, boolean matches) {
        assertThat(EventTrigger.of("f", filter, "b").matches(subject)).isEqualTo(matches);
    }

    @Test
    void aRefusalSaysWhetherMoneyMoved() {
        assertThat(Problem.of(422, "x", "X").moneyMoved()).isEqualTo(MoneyMoved.NO);
        assertThat(Problem.of(500, "x", "X").moneyMoved()).isEqualTo(MoneyMoved.UNKNOWN);
        assertThat(Problem.of(503, "x", "X").retryable()).isTrue();
    }
}
