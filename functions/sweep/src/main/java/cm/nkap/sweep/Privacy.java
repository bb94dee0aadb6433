package cm.nkap.sweep;

import cm.nkap.events.EventRetention;
import cm.nkap.function.Database;
import cm.nkap.function.Orgs;
import cm.nkap.payments.Erasure;
import cm.nkap.payments.ErasureRows;
import cm.nkap.payments.PersonalData;
import cm.nkap.payments.Resealing;
import cm.nkap.payments.Retention;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongGauge;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets what may no longer be kept, carries out erasures whose time has come and seals anew what older keys sealed: now
 * and then a few steps, each in a short transaction of its own. Breaking off anywhere loses at most one step.
 */
final class Privacy {
    private static final Logger LOG = LoggerFactory.getLogger(Privacy.class);
    private static final AttributeKey<String> WHAT = AttributeKey.stringKey("what");
    private static final int MOST_STEPS = 10;
    private static final int ERASURES = 10;

    private final Database database;
    private final Optional<PersonalData> personalData;
    private final PrivacyConfig config;
    private final LongCounter forgotten;
    private final LongGauge jumped;
    private long notBefore = System.nanoTime();
    private Resealing.Place place = Resealing.Place.BEGIN;
    private long renewed;
    private Resealing.@Nullable Newest done;

    Privacy(Database database, Optional<PersonalData> personalData, PrivacyConfig config, Meter meter) {
        this.database = database;
        this.personalData = personalData;
        this.config = config;
        forgotten = meter.counterBuilder("nkap.privacy.done")
                .setDescription("Personal data that was forgotten, erased or sealed anew")
                .setUnit("{value}")
                .build();
        jumped = meter.gaugeBuilder("nkap.privacy.clock.jumped")
                .ofLongs()
                .setDescription("1 while nothing is forgotten because the database's clock jumped")
                .setUnit("1")
                .build();
    }

    /** Does nothing until it has rested. */
    void run() {
        if (System.nanoTime() - notBefore < 0) {
            return;
        }
        notBefore = System.nanoTime() + config.privacyRest().toNanos();
        try {
            boolean steady = database.inTransaction(Orgs.all(), tx -> Retention.isClockSteady(tx.handle()));
            jumped.set(steady ? 0 : 1);
            if (steady) {
                forget();
                personalData.ifPresent(this::erase);
            } else {
                LOG.error("msg=clock_jumped so=nothing_is_forgotten_for_a_day");
            }
            personalData.ifPresent(data -> reseal(new Resealing(data)));
        } catch (RuntimeException e) {
            // whatever it is, money must not wait for it; the next run tries again
            LOG.error("msg=privacy_broke", e);
        }
    }

    private void forget() {
        long all = -1;
        for (int step = 0; step < MOST_STEPS && all != 0; step++) {
            Retention.Forgotten of =
                    database.inTransaction(Orgs.all(), tx -> Retention.step(tx.handle(), config.privacyStep()));
            EventRetention.Forgotten events =
                    database.inTransaction(Orgs.all(), tx -> EventRetention.step(tx.handle(), config.privacyStep()));
            all = of.all() + events.all();
            count("words", of.words());
            count("callbacks", of.callbacks());
            count("persons", of.persons());
            count("consumed", events.consumed());
            count("parked", events.parked());
            if (all > 0) {
                LOG.info(
                        "msg=forgotten words={} callbacks={} persons={} consumed={} parked={}",
                        of.words(),
                        of.callbacks(),
                        of.persons(),
                        events.consumed(),
                        events.parked());
            }
        }
    }

    private void erase(PersonalData data) {
        List<Erasure> due = database.inTransaction(Orgs.all(), tx -> ErasureRows.due(tx.handle(), tx.now(), ERASURES));
        for (Erasure erasure : due) {
            Erasure after = database.inTransaction(Orgs.all(), tx -> {
                ErasureRows.carryOut(tx.handle(), data, erasure, config.privacyStep());
                return ErasureRows.find(tx.handle(), erasure.id()).orElse(erasure);
            });
            count("erased", after.erased() - erasure.erased());
            LOG.info("msg=erasure_went_on erasure={} erased={} held={}", after.id(), after.erased(), after.held());
        }
    }

    /** One round under each new key: nothing is written under an older one for longer than an hour after it changed. */
    private void reseal(Resealing resealing) {
        Resealing.Newest newest = resealing.newest();
        if (newest.equals(done)) {
            return;
        }
        for (int step = 0; step < MOST_STEPS; step++) {
            Resealing.Slice slice = resealing.slice(this::inTransaction, place, config.privacyStep());
            place = slice.next();
            renewed += slice.done();
            count("resealed", slice.done());
            if (slice.isLast()) {
                // A round that renewed something may have been overtaken by a process with an older data key.
                done = renewed == 0 ? newest : null;
                LOG.info("msg=sealed_anew seal={} hash={} values={}", newest.seal(), newest.hash(), renewed);
                renewed = 0;
                return;
            }
        }
    }

    private <T> T inTransaction(Function<Handle, T> work) {
        return database.inTransaction(Orgs.all(), tx -> work.apply(tx.handle()));
    }

    private void count(String what, long values) {
        if (values > 0) {
            forgotten.add(values, Attributes.of(WHAT, what));
        }
    }
}
