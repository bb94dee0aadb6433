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
import cm.nkap.ledger.Ledger;
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
            Operations operations, Database database, Settings settings, ObjectProvider<Publisher> publisher) {
        var config = settings.read(SweepConfig.class);
        AllOrgs everything = work -> database.run(Orgs.all(), tx -> work.accept(tx.handle()));
        Optional<Republisher> republisher = publisher.stream()
                .findFirst()
                .map(found -> new Republisher(
                        everything, found, Republisher.Settings.DEFAULT.withPatience(config.sweepUnconsumedAfter())));
        return operations.raw(new Sweep(database, new Ledger(), republisher, operations::forgetExpiredAnswers, config));
    }
}
