package cm.nkap.query;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.Orgs;
import cm.nkap.ledger.Checks;
import cm.nkap.ledger.Checks.Health;
import cm.nkap.ledger.Checks.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChecksTest {
    private static final Duration A_DAY = Duration.ofDays(1);

    @Test
    void staffReadHowEveryCheckStandsAndWhatItFound() {
        var limits = new Limits(9, 9, 9, A_DAY, A_DAY, Map.of(), new Health(A_DAY, 0, 9, A_DAY, A_DAY, 9));
        var checks = new Checks(limits, List.of());
        try (Served served = new Served()) {
            served.database.run(Orgs.all(), tx -> checks.look(tx.handle(), "journals"));
            served.database.run(Orgs.all(), tx -> checks.broke(tx.handle(), "replay", "no space left"));

            var answer = served.get(Served.treasury(), "/v1/checks");

            assertThat(answer.each("name")).containsExactly("journals", "replay");
            assertThat(answer.body().at("/data/0/findings").isEmpty()).isTrue();
            assertThat(answer.at("/data/0/complete_at")).isNotEmpty();
            assertThat(answer.body().at("/data/0/lag").asLong()).isZero();
            assertThat(answer.at("/data/1/findings/0/where")).isEqualTo("check replay");
            assertThat(answer.at("/data/1/findings/0/detail")).isEqualTo("could not be made: no space left");
            assertThat(answer.body().at("/data/1/complete_at").isNull()).isTrue();
            assertThat(served.get(Served.treasury(), "/v1/checks?starting_after=journals")
                            .each("name"))
                    .containsExactly("replay");
            assertThat(served.get(Served.merchant(Served.DOUALA), "/v1/checks").status())
                    .isEqualTo(403);
        }
    }
}
