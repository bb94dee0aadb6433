package cm.nkap.function.telemetry;

import cm.nkap.events.ChargeEvent;
import cm.nkap.events.Envelope;
import cm.nkap.events.Event;
import cm.nkap.events.PayoutEvent;
import cm.nkap.events.ProviderEvent;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Payments by operation, provider and outcome, read from the events of committed transactions: what was rolled back is
 * not counted, and no operation has to think of it.
 */
final class PaymentCounts {
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("operation");
    private static final AttributeKey<String> PROVIDER = AttributeKey.stringKey("provider");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");
    private static final AttributeKey<String> CODE = AttributeKey.stringKey("code");
    private static final String CHARGE = "charge";
    private static final String PAYOUT = "payout";

    /** Providers' own words never get here, but should one, it must not make a series of its own each time. */
    private static final int MOST_CODES = 60;

    private final LongCounter payments;
    private final LongCounter amount;
    private final Set<String> codes = ConcurrentHashMap.newKeySet();

    PaymentCounts(Meter meter) {
        payments = meter.counterBuilder("nkap.payment.outcomes")
                .setDescription("Steps of payments that were committed")
                .setUnit("{payment}")
                .build();
        amount = meter.counterBuilder("nkap.payment.amount")
                .setDescription("Whole XAF that moved")
                .setUnit("{XAF}")
                .build();
    }

    /** Counts what a transaction told once it is committed. */
    void committed(List<Envelope> events) {
        events.forEach(envelope -> count(envelope.event()));
    }

    private void count(Event event) {
        switch (event) {
            case ChargeEvent of -> charge(of);
            case PayoutEvent of -> payout(of);
            case ProviderEvent of -> provider(of);
            default -> {}
        }
    }

    private void charge(ChargeEvent event) {
        switch (event) {
            case ChargeEvent.Created e -> add(CHARGE, e.provider(), "created", "");
            case ChargeEvent.Succeeded e -> moved(CHARGE, e.provider(), e.amount());
            default -> {}
        }
    }

    private void payout(PayoutEvent event) {
        switch (event) {
            case PayoutEvent.Requested e -> add(PAYOUT, e.provider(), "created", "");
            case PayoutEvent.Queued _ -> add(PAYOUT, "", "queued", "");
            case PayoutEvent.Succeeded e -> moved(PAYOUT, e.provider(), e.amount());
            default -> {}
        }
    }

    /** Failures are counted here: only the gateway's events know the provider and its reason. */
    private void provider(ProviderEvent event) {
        switch (event) {
            case ProviderEvent.CollectionFailed e -> add(CHARGE, e.provider(), "failed", e.code());
            case ProviderEvent.CollectionExpired e -> add(CHARGE, e.provider(), "expired", "");
            case ProviderEvent.CollectionUnknown e -> add(CHARGE, e.provider(), "unknown", "");
            case ProviderEvent.DisbursementFailed e -> add(PAYOUT, e.provider(), "failed", e.code());
            case ProviderEvent.DisbursementUnknown e -> add(PAYOUT, e.provider(), "unknown", "");
            default -> {}
        }
    }

    private void moved(String operation, String provider, long francs) {
        add(operation, provider, "succeeded", "");
        amount.add(francs, Attributes.of(OPERATION, operation, PROVIDER, provider));
    }

    private void add(String operation, String provider, String outcome, String code) {
        payments.add(1, Attributes.of(OPERATION, operation, PROVIDER, provider, OUTCOME, outcome, CODE, bounded(code)));
    }

    private String bounded(String code) {
        if (codes.contains(code)) {
            return code;
        }
        return codes.size() < MOST_CODES && codes.add(code) ? code : "other";
    }
}
