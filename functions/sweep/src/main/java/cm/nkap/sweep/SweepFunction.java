package cm.nkap.sweep;

import cm.nkap.events.AllOrgs;
import cm.nkap.events.Publisher;
import cm.nkap.events.Republisher;
import cm.nkap.function.Database;
import cm.nkap.function.FunctionModule;
import cm.nkap.function.HttpRoute;
import cm.nkap.function.Operations;
import cm.nkap.function.Orgs;
import cm.nkap.function.Settings;
import cm.nkap.ledger.Checks;
import cm.nkap.ledger.Ledger;
import cm.nkap.secrets.SecretStore;
import io.opentelemetry.api.OpenTelemetry;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/** Where sweep is reached: by a timer, never from outside. */
@FunctionModule("sweep")
@Configuration(proxyBeanMethods = false)
public class SweepFunction {
    @Bean
    HttpRoute sweepRoute() {
        return HttpRoute.post("/internal/sweep", "sweep").open().accepting();
    }

    @Bean
    Function<Message<byte[]>, Message<Sweep.Done>> sweep(
            Operations operations,
            Database database,
            Settings settings,
            SecretStore secrets,
            ObjectProvider<Publisher> publisher,
            ObjectProvider<OpenTelemetry> telemetry) {
        var config = settings.read(SweepConfig.class);
        AllOrgs everything = work -> database.run(Orgs.all(), tx -> work.accept(tx.handle()));
        Optional<Republisher> republisher = publisher.stream()
                .findFirst()
                .map(found -> new Republisher(
                        everything, found, Republisher.Settings.DEFAULT.withPatience(config.sweepUnconsumedAfter())));
        OpenTelemetry meters = telemetry.getIfAvailable(OpenTelemetry::noop);
        var checks =
                checks(database, settings.read(CheckConfig.class), new CheckMetrics(meters.getMeter("cm.nkap.sweep")));
        var metrics = new SweepMetrics(meters, database, config);
        var looksAfter = settings.read(PrivacyConfig.class);
        var privacy =
                new Privacy(database, looksAfter.personalData(secrets), looksAfter, meters.getMeter("cm.nkap.sweep"));
        var sealing = new Sealing(
                database,
                settings.read(SealConfig.class).hasKey()
                        ? Optional.of(new SealSigning(database, secrets))
                        : Optional.empty());
        return operations.raw(new Sweep(
                database,
                new Ledger(),
                republisher,
                operations::forgetExpiredAnswers,
                sealing,
                checks,
                privacy,
                metrics,
                config));
    }

    static LedgerChecks checks(Database database, CheckConfig config, CheckMetrics metrics) {
        List<Checks.Check> ofPayments = List.of(
                new ProviderTransactions(config.checkJournals(), config.checkRound()),
                new StuckRequests(config.checkStuck(), config.checkRound()));
        return new LedgerChecks(database, new Checks(config.limits(), ofPayments), metrics, config.checkBudget());
    }
}
