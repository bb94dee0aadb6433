package cm.nkap.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.events.Envelope;
import cm.nkap.events.LedgerEvent;
import cm.nkap.events.Outbox;
import cm.nkap.function.Config;
import cm.nkap.function.Database;
import cm.nkap.function.DatabaseConfig;
import cm.nkap.function.FunctionApplication;
import cm.nkap.function.Orgs;
import cm.nkap.ledger.Ledger;
import cm.nkap.ledger.SealedRoot;
import cm.nkap.ledger.Seals;
import cm.nkap.payments.ChartOfAccounts;
import cm.nkap.testing.ServedFunction;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SealingTest {
    private static final String SECRET = "only the timer knows";

    @Test
    void sealsHoursThatAreOverAndTellsTheirRootsOnce() throws SQLException {
        try (var served = ServedFunction.start(
                        Map.of("NKAP_EVENT_SECRET", SECRET),
                        FunctionApplication::start,
                        FunctionApplication::port,
                        FunctionApplication::close);
                var database = Database.open(Config.read(served.settings(), DatabaseConfig.class), events -> {})) {
            database.run(Orgs.all(), tx -> new Ledger().open(tx.handle(), ChartOfAccounts.platform()));
            assertThat(sealed(served)).isEqualTo("0");
            anHourPasses(served);

            assertThat(sealed(served)).isEqualTo("1");
            assertThat(sealed(served)).isEqualTo("0");

            SealedRoot root = database.inTransaction(Orgs.all(), tx -> new Seals().after(tx.handle(), 0, 10))
                    .getFirst();
            List<Envelope> told = database.inTransaction(Orgs.all(), tx -> Outbox.forPayment(tx.handle(), "ledger"));
            assertThat(told).singleElement().satisfies(event -> {
                assertThat(event.event())
                        .isEqualTo(new LedgerEvent.Sealed(1, root.until().toString(), 0, root.root()));
                assertThat(event.org()).isEqualTo("nkap");
            });
        }
    }

    private static String sealed(ServedFunction<FunctionApplication> served) {
        var answer = served.send(served.to("/internal/sweep")
                .header("x-nkap-event-secret", SECRET)
                .POST(BodyPublishers.noBody()));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.at("sealed");
    }

    private static void anHourPasses(ServedFunction<FunctionApplication> served) throws SQLException {
        try (Connection admin = served.database().admin().getConnection();
                Statement statement = admin.createStatement()) {
            statement.execute("UPDATE ledger.awaiting_seal SET since = since - interval '1 hour'");
        }
    }
}
