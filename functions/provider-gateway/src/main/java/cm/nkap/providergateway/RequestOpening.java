package cm.nkap.providergateway;

import cm.nkap.events.ChargeEvent;
import cm.nkap.events.Envelope;
import cm.nkap.events.PayoutEvent;
import cm.nkap.function.Tx;
import cm.nkap.payments.Charge;
import cm.nkap.payments.ChargeRows;
import cm.nkap.payments.Ids;
import cm.nkap.payments.Payout;
import cm.nkap.payments.PayoutRows;
import cm.nkap.payments.ProviderAttempt;
import cm.nkap.payments.ProviderRequest;
import cm.nkap.payments.ProviderRequest.Kind;
import cm.nkap.payments.ProviderRequest.Status;
import cm.nkap.payments.ProviderRequestRows;
import cm.nkap.payments.SealedNumber;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Stores requests and tries before anything is sent. */
final class RequestOpening {
    private static final int TOKEN_BYTES = 24;

    private final ProviderGatewayConfig config;
    private final SecureRandom random = new SecureRandom();

    RequestOpening(ProviderGatewayConfig config) {
        this.config = config;
    }

    /** The requests that the events ask for, each with its first try unless it was handed over before. */
    List<RequestJournal.Opened> open(Tx tx, List<Envelope> events) {
        Map<String, Envelope> collects = new HashMap<>();
        Map<String, Envelope> disburses = new HashMap<>();
        for (Envelope event : events) {
            switch (event.event()) {
                case ChargeEvent.Created created -> collects.put(created.charge(), event);
                case PayoutEvent.Requested requested -> disburses.put(requested.payout(), event);
                default -> throw new IllegalArgumentException("asks for nothing: " + event.type());
            }
        }
        List<ProviderRequest> missing = new ArrayList<>();
        for (Charge charge : ChargeRows.findAll(tx.handle(), collects.keySet())) {
            missing.add(request(
                    Kind.COLLECT,
                    charge.org(),
                    charge.id(),
                    charge.provider(),
                    charge.amount(),
                    charge.payer(),
                    charge.expiresAt(),
                    tx.now(),
                    traceparent(collects, charge.id())));
        }
        for (Payout payout : PayoutRows.findAll(tx.handle(), disburses.keySet())) {
            missing.add(request(
                    Kind.DISBURSE,
                    payout.org(),
                    payout.id(),
                    payout.provider(),
                    payout.amount(),
                    payout.payee(),
                    tx.now().plus(config.payoutResend()),
                    tx.now(),
                    traceparent(disburses, payout.id())));
        }
        ProviderRequestRows.insertMissing(tx.handle(), missing);
        List<String> payments =
                events.stream().map(event -> event.event().about()).distinct().toList();
        Map<String, String> requests = new HashMap<>();
        for (ProviderRequest request : ProviderRequestRows.ofPayments(tx.handle(), payments)) {
            requests.put(request.payment(), request.id());
        }
        return begin(
                tx,
                events.stream()
                        .map(event -> new RequestJournal.Beginning(
                                Objects.requireNonNull(
                                        requests.get(event.event().about()), "no payment of that id"),
                                "submit"))
                        .toList());
    }

    /** A try for each request that may have one; the request is left alone by others for the lease. */
    List<RequestJournal.Opened> begin(Tx tx, List<RequestJournal.Beginning> beginnings) {
        Map<String, ProviderRequest> requests = new LinkedHashMap<>();
        List<String> ids = beginnings.stream()
                .map(RequestJournal.Beginning::request)
                .distinct()
                .toList();
        ProviderRequestRows.lock(tx.handle(), ids).forEach(request -> requests.put(request.id(), request));
        List<ProviderAttempt> attempts = new ArrayList<>();
        List<RequestJournal.Opened> opened = new ArrayList<>();
        for (RequestJournal.Beginning beginning : beginnings) {
            ProviderRequest request = Objects.requireNonNull(requests.get(beginning.request()), "no such request");
            if (!mayBegin(request, beginning.kind())) {
                opened.add(new RequestJournal.Opened(request, Optional.empty()));
                continue;
            }
            ProviderRequest counted = counted(request, beginning.kind(), tx.now());
            requests.put(request.id(), counted);
            ProviderAttempt attempt = ProviderAttempt.begin(counted, beginning.kind(), tx.now());
            attempts.add(attempt);
            opened.add(new RequestJournal.Opened(counted, Optional.of(attempt)));
        }
        if (!attempts.isEmpty()) {
            ProviderRequestRows.begin(tx.handle(), attempts);
            ProviderRequestRows.saveCounts(tx.handle(), List.copyOf(requests.values()));
        }
        return opened;
    }

    /** A submission only while the provider has not acknowledged one; a question unless the money is known to have moved. */
    private static boolean mayBegin(ProviderRequest request, String kind) {
        return kind.equals("submit")
                ? request.status() == Status.CREATED || request.status() == Status.UNKNOWN
                : request.status() != Status.SUCCEEDED && request.status() != Status.FROZEN;
    }

    private ProviderRequest counted(ProviderRequest request, String kind, Instant now) {
        boolean submit = kind.equals("submit");
        return request.counted(
                request.submits() + (submit ? 1 : 0),
                request.asks() + (submit ? 0 : 1),
                request.status().isFinal() ? request.nextCheckAt() : now.plus(config.lease()));
    }

    private ProviderRequest request(
            Kind kind,
            String org,
            String payment,
            String provider,
            long amount,
            SealedNumber number,
            Instant expiresAt,
            Instant now,
            @Nullable String traceparent) {
        byte[] token = new byte[TOKEN_BYTES];
        random.nextBytes(token);
        return new ProviderRequest(
                Ids.next("pr"),
                org,
                kind,
                payment,
                provider,
                UUID.randomUUID(),
                Status.CREATED,
                amount,
                number.sealed(),
                Base64.getUrlEncoder().withoutPadding().encodeToString(token),
                0,
                0,
                0,
                null,
                null,
                expiresAt,
                now.plus(config.lease()),
                traceparent,
                now);
    }

    private static @Nullable String traceparent(Map<String, Envelope> events, String payment) {
        Envelope event = events.get(payment);
        return event == null ? null : event.traceparent();
    }
}
