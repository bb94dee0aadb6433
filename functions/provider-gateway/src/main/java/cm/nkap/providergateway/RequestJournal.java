package cm.nkap.providergateway;

import cm.nkap.events.Envelope;
import cm.nkap.events.Inbox;
import cm.nkap.function.Database;
import cm.nkap.function.Orgs;
import cm.nkap.function.Scope;
import cm.nkap.function.SharedTransaction;
import cm.nkap.function.Tx;
import cm.nkap.ledger.GroupCommit;
import cm.nkap.payments.PersonalData;
import cm.nkap.payments.ProviderAttempt;
import cm.nkap.payments.ProviderRequest;
import cm.nkap.payments.ProviderRequestRows;
import cm.nkap.providers.Exchange;
import cm.nkap.providers.StatusAnswer;
import cm.nkap.providers.SubmitAnswer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's memory: requests, tries and answers, written so that what waits at the same moment shares one
 * transaction.
 */
final class RequestJournal {
    private static final GroupCommit.Size TOGETHER = GroupCommit.Size.of(64);

    private final Database database;
    private final Transitions transitions;
    private final Words words;
    private final SharedTransaction<Envelope, Opened> openings;
    private final SharedTransaction<Beginning, Opened> beginnings;
    private final SharedTransaction<Ending, Next> endings;

    RequestJournal(
            Database database, Transitions transitions, PersonalData personalData, ProviderGatewayConfig config) {
        this.database = database;
        this.transitions = transitions;
        this.words = new Words(personalData);
        var opening = new RequestOpening(config);
        this.openings = together(opening::open);
        this.beginnings = together(opening::begin);
        this.endings = together(this::end);
    }

    /** A request and the try that may now be made; no try when it has ended or somebody else has handed it over. */
    record Opened(ProviderRequest request, Optional<ProviderAttempt> attempt) {}

    /** A try that somebody wants to make. */
    record Beginning(String request, String kind) {}

    /** What the gateway does after an answer. */
    enum Next {
        WAIT,
        SUBMIT_AGAIN
    }

    private record Ending(
            @Nullable String request, @Nullable ProviderAttempt attempt, Change change, Optional<Envelope> consumed) {}

    /** How an answer changes a request. */
    interface Change {
        Transitions.Result apply(Tx tx, ProviderRequest request);
    }

    /** Stores the request that an event asks for, unless it is there, and its first try. */
    Opened open(Envelope event) {
        return openings.submit(event);
    }

    Opened begin(ProviderRequest request, String kind) {
        return begin(request.id(), kind);
    }

    /** Stores a further try. */
    Opened begin(String request, String kind) {
        return beginnings.submit(new Beginning(request, kind));
    }

    /**
     * Stores how a submission ended, and that the event is done with when {@code consumed} holds it. A try that began
     * after {@code request} was read may be under way still: then this one's answer leaves doubt.
     */
    void submitted(ProviderAttempt attempt, SubmitAnswer answer, Optional<Envelope> consumed, ProviderRequest request) {
        endings.submit(new Ending(
                request.id(),
                finished(attempt, answer.getClass(), answer.evidence()),
                (tx, current) -> transitions.submitted(
                        tx, current, current.submits() > request.submits() ? answer.afterDoubt() : answer),
                consumed));
    }

    /** Stores what the provider said about a request. */
    Next answered(
            ProviderAttempt attempt,
            StatusAnswer answer,
            boolean providerKnowsOthers,
            Envelope consumed,
            ProviderRequest request) {
        return endings.submit(new Ending(
                request.id(),
                finished(attempt, answer.getClass(), answer.evidence()),
                (tx, current) -> transitions.answered(tx, current, answer, providerKnowsOthers),
                Optional.of(consumed)));
    }

    /** Stores that an event needs nothing more. */
    void consumed(Envelope event) {
        endings.submit(
                new Ending(null, null, (tx, request) -> Transitions.Result.unchanged(request), Optional.of(event)));
    }

    /** A request of the same provider and kind that the provider must still know. */
    Optional<ProviderRequest> settledBefore(ProviderRequest request) {
        return database.inTransaction(
                Orgs.all(), tx -> ProviderRequestRows.lastSucceeded(tx.handle(), request.provider(), request.kind()));
    }

    private ProviderAttempt finished(ProviderAttempt attempt, Class<?> outcome, Exchange evidence) {
        return new ProviderAttempt(
                attempt.id(),
                attempt.org(),
                attempt.request(),
                attempt.kind(),
                attempt.startedAt(),
                attempt.startedAt().plus(evidence.took()),
                outcome.getSimpleName().replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT),
                evidence.httpStatus().isPresent() ? evidence.httpStatus().getAsInt() : null,
                Words.harmless(evidence),
                words.sealed(evidence, attempt.id()));
    }

    private List<Next> end(Tx tx, List<Ending> endings) {
        Map<String, ProviderRequest> requests = new HashMap<>();
        ProviderRequestRows.lock(tx.handle(), present(endings, Ending::request))
                .forEach(request -> requests.put(request.id(), request));
        Map<String, Transitions.Result> changed = new HashMap<>();
        List<Next> answers = new ArrayList<>();
        for (Ending ending : endings) {
            Next next = Next.WAIT;
            if (ending.request() != null) {
                ProviderRequest request = Objects.requireNonNull(requests.get(ending.request()));
                Transitions.Result result = ending.change().apply(tx, request);
                requests.put(request.id(), result.request());
                changed.merge(request.id(), result, Transitions.Result::then);
                next = result.submitAgain() ? Next.SUBMIT_AGAIN : Next.WAIT;
            }
            answers.add(next);
        }
        save(tx, List.copyOf(present(endings, Ending::attempt)), List.copyOf(changed.values()));
        Inbox.claim(
                tx.handle(),
                ProviderGatewayFunction.NAME,
                endings.stream().flatMap(ending -> ending.consumed().stream()).toList());
        return answers;
    }

    private static <T> Set<T> present(List<Ending> endings, Function<Ending, @Nullable T> part) {
        Set<T> present = new LinkedHashSet<>();
        for (Ending ending : endings) {
            T there = part.apply(ending);
            if (there != null) {
                present.add(there);
            }
        }
        return present;
    }

    private static void save(Tx tx, List<ProviderAttempt> attempts, List<Transitions.Result> results) {
        if (!attempts.isEmpty()) {
            ProviderRequestRows.finish(tx.handle(), attempts);
        }
        if (!results.isEmpty()) {
            List<ProviderRequestRows.Ending> endings = results.stream()
                    .map(result -> new ProviderRequestRows.Ending(result.request(), result.failure()))
                    .toList();
            ProviderRequestRows.save(tx.handle(), endings, tx.now());
        }
    }

    private interface Work<I, O> {
        List<O> run(Tx tx, List<I> items);
    }

    private <I, O> SharedTransaction<I, O> together(Work<I, O> work) {
        var scope = new Scope(ProviderGatewayFunction.NAME, null);
        Function<List<I>, List<O>> batch =
                items -> scope.call(() -> database.inTransaction(Orgs.all(), tx -> work.run(tx, items)));
        return new SharedTransaction<>(TOGETHER, batch);
    }
}
