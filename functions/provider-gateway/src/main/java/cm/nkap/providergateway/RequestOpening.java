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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Stores requests and tries before anything is sent. */
final class RequestOpening {
    static final String SUBMIT = "submit";
    private static final int TOKEN_BYTES = 24;

    private final ProviderGatewayConfig config;
    private final SecureRandom random = new SecureRandom();

    RequestOpening(ProviderGatewayConfig config) {
        this.config = config;
    }

    /** The requests that the events ask for, each with its first try unless it was handed over before. */
    List<RequestJournal.Opened> open(Tx tx, List<Envelope> events) {
        Map<String, RequestJournal.Opened> opened = insert(tx, wanted(tx, events));
        List<String> others = events.stream()
                .map(event -> event.event().about())
                .filter(payment -> !opened.containsKey(payment))
                .distinct()
                .toList();
        opened.putAll(openAgain(tx, others));
        return events.stream()
                .map(event -> handedOut(opened, event.event().about()))
                .toList();
    }

    /** The first of a payment's events in the batch gets the try; a second one would send it twice. */
    private static RequestJournal.Opened handedOut(Map<String, RequestJournal.Opened> opened, String payment) {
        RequestJournal.Opened one = Objects.requireNonNull(opened.get(payment), "no payment of that id");
        opened.put(payment, new RequestJournal.Opened(one.request(), Optional.empty()));
        return one;
    }

    private List<ProviderRequest> wanted(Tx tx, List<Envelope> events) {
        Map<String, Envelope> collects = new HashMap<>();
        Map<String, Envelope> disburses = new HashMap<>();
        for (Envelope event : events) {
            switch (event.event()) {
                case ChargeEvent.Created created -> collects.put(created.charge(), event);
                case PayoutEvent.Requested requested -> disburses.put(requested.payout(), event);
                default -> throw new IllegalArgumentException("asks for nothing: " + event.type());
            }
        }
        List<ProviderRequest> wanted = new ArrayList<>();
        ChargeRows.findAll(tx.handle(), collects.keySet())
                .forEach(charge -> wanted.add(collect(charge, tx.now(), traceparent(collects, charge.id()))));
        PayoutRows.findAll(tx.handle(), disburses.keySet())
                .forEach(payout -> wanted.add(disburse(payout, tx.now(), traceparent(disburses, payout.id()))));
        return wanted;
    }

    private ProviderRequest collect(Charge charge, Instant now, @Nullable String traceparent) {
        return request(
                Kind.COLLECT,
                charge.org(),
                charge.id(),
                charge.provider(),
                charge.amount(),
                charge.payer(),
                charge.expiresAt(),
                now,
                traceparent);
    }

    private ProviderRequest disburse(Payout payout, Instant now, @Nullable String traceparent) {
        return request(
                Kind.DISBURSE,
                payout.org(),
                payout.id(),
                payout.provider(),
                payout.amount(),
                payout.payee(),
                now.plus(config.payoutResend()),
                now,
                traceparent);
    }

    /** Requests nobody had stored before, each with its first try counted. */
    private static Map<String, RequestJournal.Opened> insert(Tx tx, List<ProviderRequest> missing) {
        Set<String> inserted = ProviderRequestRows.insertMissing(tx.handle(), missing);
        Map<String, RequestJournal.Opened> fresh = new HashMap<>();
        List<ProviderAttempt> attempts = new ArrayList<>();
        for (ProviderRequest request : missing) {
            if (inserted.contains(request.id())) {
                ProviderAttempt attempt = ProviderAttempt.begin(request, SUBMIT, tx.now());
                attempts.add(attempt);
                fresh.put(request.payment(), new RequestJournal.Opened(request, Optional.of(attempt)));
            }
        }
        ProviderRequestRows.begin(tx.handle(), attempts);
        return fresh;
    }

    private Map<String, RequestJournal.Opened> openAgain(Tx tx, List<String> payments) {
        if (payments.isEmpty()) {
            return Map.of();
        }
        List<RequestJournal.Beginning> again = ProviderRequestRows.ofPayments(tx.handle(), payments).stream()
                .map(request -> new RequestJournal.Beginning(request.id(), SUBMIT))
                .toList();
        return begin(tx, again).stream()
                .collect(Collectors.toMap(opened -> opened.request().payment(), opened -> opened));
    }

    /** A try for each request that may have one. A further submission is counted; a question is when it is answered. */
    List<RequestJournal.Opened> begin(Tx tx, List<RequestJournal.Beginning> beginnings) {
        Map<String, ProviderRequest> requests = new HashMap<>();
        List<String> submits = ids(beginnings, true);
        ProviderRequestRows.lock(tx.handle(), submits).forEach(request -> requests.put(request.id(), request));
        ProviderRequestRows.findAll(tx.handle(), ids(beginnings, false))
                .forEach(request -> requests.putIfAbsent(request.id(), request));
        List<ProviderAttempt> attempts = new ArrayList<>();
        List<RequestJournal.Opened> opened = new ArrayList<>();
        Map<String, ProviderRequest> counted = new HashMap<>();
        for (RequestJournal.Beginning beginning : beginnings) {
            ProviderRequest request = Objects.requireNonNull(requests.get(beginning.request()), "no such request");
            if (!mayBegin(request, beginning.kind())) {
                opened.add(new RequestJournal.Opened(request, Optional.empty()));
                continue;
            }
            if (beginning.kind().equals(SUBMIT)) {
                request = request.counted(
                        request.submits() + 1, request.asks(), tx.now().plus(config.lease()));
                requests.put(request.id(), request);
                counted.put(request.id(), request);
            }
            ProviderAttempt attempt = ProviderAttempt.begin(request, beginning.kind(), tx.now());
            attempts.add(attempt);
            opened.add(new RequestJournal.Opened(request, Optional.of(attempt)));
        }
        ProviderRequestRows.begin(tx.handle(), attempts);
        ProviderRequestRows.saveCounts(tx.handle(), List.copyOf(counted.values()));
        return opened;
    }

    private static List<String> ids(List<RequestJournal.Beginning> beginnings, boolean submits) {
        return beginnings.stream()
                .filter(beginning -> beginning.kind().equals(SUBMIT) == submits)
                .map(RequestJournal.Beginning::request)
                .distinct()
                .toList();
    }

    /** A submission only while the provider has not acknowledged one; a question unless the money is known to have moved. */
    private static boolean mayBegin(ProviderRequest request, String kind) {
        return kind.equals(SUBMIT)
                ? request.status() == Status.CREATED || request.status() == Status.UNKNOWN
                : request.status() != Status.SUCCEEDED && request.status() != Status.FROZEN;
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
                1,
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
