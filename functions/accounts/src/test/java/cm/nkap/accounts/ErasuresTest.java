package cm.nkap.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.Orgs;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ChargeRows;
import cm.nkap.payments.ChargeStatus;
import cm.nkap.payments.ChargeView;
import cm.nkap.payments.Ids;
import cm.nkap.payments.PersonalData;
import cm.nkap.providers.Msisdn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErasuresTest {
    private static final String NUMBER = "237677123456";
    private static final String CUSTOMER = "5f1c-customer";
    private static final PersonalData PERSONAL = new PersonalData(new byte[32]);

    private final Served served = new Served();

    @AfterEach
    void stop() {
        served.close();
    }

    @Test
    void erasesWhatIsFreeHoldsWhatTheLawKeepsAndNeverShowsTheNumber() {
        String old = charge(NUMBER, Duration.ofDays(400), ChargeStatus.FAILED);
        String young = charge(NUMBER, Duration.ofDays(1), ChargeStatus.FAILED);
        String paid = charge(NUMBER, Duration.ofDays(400), ChargeStatus.SUCCEEDED);
        String others = charge("237677999999", Duration.ofDays(400), ChargeStatus.FAILED);

        var made = served.post(
                Served.PLATFORM,
                "/v1/erasures",
                "{\"msisdn\":\"+237 677 12 34 56\",\"reason\":\"asked by 677 12 34 56\"}");

        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(List.of(made.at("/status"), made.at("/erased"), made.at("/held"), made.at("/reason")))
                .containsExactly("held", "1", "2", "asked by 2376••••••56");
        assertThat(Instant.parse(made.at("/held_until")))
                .isAfter(Instant.now().plus(Duration.ofDays(3_200)))
                .isBefore(Instant.now().plus(Duration.ofDays(3_300)));
        assertThat(made.text()).doesNotContain("677123456");
        assertThat(shown(old)).isNull();
        assertThat(shown(young)).isEqualTo("2376••••••56");
        assertThat(shown(paid)).isEqualTo("2376••••••56");
        assertThat(shown(others)).isEqualTo("2376••••••99");
        var read = served.get(
                Served.PLATFORM, made.http().headers().firstValue("location").orElseThrow());
        assertThat(read.text()).isEqualTo(made.text());
        assertThat(audited()).containsExactly("erasure.requested " + made.at("/id"));
    }

    @Test
    void forgetsACustomerOfOneOrganisationByTheNameItHasThere() {
        served.organisation("boutique-douala");
        String old = charge(NUMBER, Duration.ofDays(400), ChargeStatus.EXPIRED);

        var made = served.post(
                Served.PLATFORM,
                "/v1/erasures",
                "{\"customer\":{\"organisation\":\"boutique-douala\",\"subject\":\"" + CUSTOMER
                        + "\"},\"reason\":\"asked\"}");

        assertThat(List.of(made.at("/status"), made.at("/erased"))).containsExactly("finished", "1");
        assertThat(shown(old)).isNull();
        assertThat(served.get(Served.PLATFORM, "/v1/erasures/" + made.at("/id")).at("/held_until"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"reason\":\"x\"}",
                "{\"msisdn\":\"237677123456\",\"customer\":{\"organisation\":\"a\",\"subject\":\"b\"},\"reason\":\"x\"}",
                "{\"msisdn\":\"12\",\"reason\":\"x\"}",
                "{\"msisdn\":\"237677123456\",\"reason\":\" \"}"
            })
    void takesOnePersonAndAReason(String body) {
        assertThat(served.post(Served.PLATFORM, "/v1/erasures", body).status()).isEqualTo(400);
    }

    @Test
    void isForThePlatformOnly() {
        served.organisation("boutique-douala");
        String body = "{\"msisdn\":\"237677123456\",\"reason\":\"x\"}";

        assertThat(served.post(Served.merchant("boutique-douala"), "/v1/erasures", body)
                        .status())
                .isEqualTo(403);
        assertThat(served.post(Served.admin("boutique-douala"), "/v1/erasures", body)
                        .status())
                .isEqualTo(403);
        assertThat(served.get(Served.PLATFORM, "/v1/erasures/er_none").status()).isEqualTo(404);
    }

    private String charge(String number, Duration ago, ChargeStatus status) {
        Instant then = Instant.now().minus(ago);
        Charge charge = new Charge(
                Ids.next("ch"),
                "boutique-douala",
                "mer_1",
                ChargeStatus.PENDING,
                10_000,
                150,
                9_850,
                "fp_1",
                "mtn",
                PERSONAL.seal(new Msisdn(number), "boutique-douala"),
                "order-1",
                "Shoes",
                Map.of("till", "4"),
                CUSTOMER,
                "user-1",
                null,
                null,
                "0af7651916cd43dd8448eb211c80319c",
                then,
                then.plusSeconds(300),
                null);
        served.database.run(Orgs.all(), tx -> {
            ChargeRows.insert(tx.handle(), charge);
            ChargeRows.move(
                    tx.handle(),
                    List.of(new ChargeRows.Move(charge.id(), ChargeStatus.PENDING, status, null, null, then)));
        });
        return charge.id();
    }

    private @Nullable String shown(String charge) {
        return served.database.read(Orgs.all(), tx -> ChargeView.of(
                        ChargeRows.find(tx.handle(), charge).orElseThrow())
                .customer()
                .msisdn());
    }

    private List<String> audited() {
        return served.database.read(Orgs.all(), tx -> tx.handle()
                .createQuery("SELECT action || ' ' || subject FROM shell.audit_entry")
                .mapTo(String.class)
                .list());
    }
}
