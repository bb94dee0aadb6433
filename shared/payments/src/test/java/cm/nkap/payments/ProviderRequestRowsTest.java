package cm.nkap.payments;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderRequestRowsTest {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private final Stored stored = new Stored();

    @AfterEach
    void drop() {
        stored.close();
    }

    @Test
    void aRequestComesBackAsItWasStored() {
        ProviderRequest request = stored(Stored.request("douala", "ch_1", Stored.NOW));

        assertThat(ofPayment("ch_1")).usingRecursiveComparison().isEqualTo(request);
        assertThat(stored.list(
                        "*", tx -> ProviderRequestRows.byCallbackTokens(tx, List.of(request.callbackToken(), "x"))))
                .extracting(ProviderRequest::id)
                .containsExactly(request.id());
        assertThat(stored.list("*", tx -> ProviderRequestRows.findAll(tx, List.of(request.id(), "pr_x"))))
                .hasSize(1);
    }

    @Test
    void aPaymentIsAskedForOnceOfEachKindUnderItsFirstReference() {
        ProviderRequest first = stored(Stored.request("douala", "ch_1", null));
        ProviderRequest second = Stored.request("douala", "ch_1", null);
        ProviderRequest other = Stored.request("douala", "ch_2", null);
        Set<String> inserted = stored.read(tx -> ProviderRequestRows.insertMissing(tx, List.of(second, other)));

        assertThat(inserted).containsExactly(other.id());

        assertThat(ofPayment("ch_1").reference()).isEqualTo(first.reference());
        assertThat(ofPayment("ch_2").reference()).isEqualTo(other.reference());
    }

    @Test
    void theSameRequestTwiceInOneListIsStoredOnce() {
        ProviderRequest first = Stored.request("douala", "ch_1", null);
        ProviderRequest second = Stored.request("douala", "ch_1", null);
        stored.write(tx -> ProviderRequestRows.insertMissing(tx, List.of(first, second)));

        assertThat(stored.texts("SELECT id FROM payments.provider_request")).hasSize(1);
    }

    @Test
    void whatIsDueIsTakenOldestFirstAndLeftAloneForTheLease() {
        stored(Stored.request("douala", "ch_never", null));
        stored(Stored.request("douala", "ch_later", Stored.NOW.plusSeconds(1)));
        stored(Stored.request("douala", "ch_2", Stored.NOW.minusSeconds(1)));
        stored(Stored.request("douala", "ch_1", Stored.NOW.minusSeconds(2)));

        assertThat(take(Stored.NOW, 1)).containsExactly("ch_1");
        assertThat(take(Stored.NOW, 10)).containsExactly("ch_2");
        assertThat(take(Stored.NOW, 10)).isEmpty();
        assertThat(take(Stored.NOW.plus(LEASE), 10)).containsExactlyInAnyOrder("ch_1", "ch_2", "ch_later");
    }

    /** The planner may choose any of these when tables and statistics change. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET LOCAL enable_hashjoin = on",
                "SET LOCAL enable_hashjoin = off",
                "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_hashagg = off; SET LOCAL enable_sort = off; SET LOCAL enable_material = off; SET LOCAL enable_memoize = off"
            })
    void noPlanTakesMoreThanTheLimit(String plan) {
        List<ProviderRequest> many = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            many.add(Stored.request("douala", "ch_" + i, Stored.NOW.minusSeconds(i)));
        }
        stored.write(tx -> ProviderRequestRows.insertMissing(tx, many));
        stored.admin(admin -> admin.execute("ANALYZE payments.provider_request"));

        List<ProviderRequest> taken = stored.read(tx -> {
            tx.createScript(plan).execute();
            return ProviderRequestRows.takeDue(tx, Stored.NOW, LEASE, 5);
        });

        assertThat(taken)
                .extracting(ProviderRequest::payment)
                .containsExactlyInAnyOrder("ch_49", "ch_48", "ch_47", "ch_46", "ch_45");
    }

    @Test
    void twoTakersNeverTakeTheSame() throws Exception {
        List<ProviderRequest> many = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            many.add(Stored.request("douala", "ch_" + i, Stored.NOW));
        }
        stored.write(tx -> ProviderRequestRows.insertMissing(tx, many));

        List<String> taken = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<List<String>> taker : threads.invokeAll(List.of(taker(), taker(), taker(), taker()))) {
                taken.addAll(taker.get());
            }
        }

        assertThat(taken).hasSize(200).doesNotHaveDuplicates();
    }

    @Test
    void aTakerDoesNotWaitForWhatAnotherHolds() {
        stored(Stored.request("douala", "ch_1", Stored.NOW.minusSeconds(2)));
        stored(Stored.request("douala", "ch_2", Stored.NOW.minusSeconds(1)));
        try (Handle other = stored.newSession()) {
            other.begin();
            Stored.see(other, Stored.EVERY_ORG);
            assertThat(ProviderRequestRows.takeDue(other, Stored.NOW, LEASE, 1)).hasSize(1);

            assertThat(take(Stored.NOW, 10)).containsExactly("ch_2");
            other.rollback();
        }
        assertThat(take(Stored.NOW, 10)).containsExactly("ch_1");
    }

    @Test
    void anAnswerIsStoredWithItsCountsAndItsEnd() {
        ProviderRequest request = stored(Stored.request("douala", "ch_1", Stored.NOW));
        ProviderRequest missed = request.status(ProviderRequest.Status.UNKNOWN)
                .counted(1, 2, Stored.NOW.plusSeconds(5))
                .missed(Stored.NOW)
                .missed(Stored.NOW.plusSeconds(1));
        save(missed, null);
        assertThat(ofPayment("ch_1")).usingRecursiveComparison().isEqualTo(missed);
        assertThat(missed.notFound()).isEqualTo(2);
        assertThat(missed.notFoundSince()).isEqualTo(Stored.NOW);

        ProviderRequest failed = missed.found()
                .transaction("mtn-9")
                .status(ProviderRequest.Status.FAILED)
                .nextCheck(null);
        save(failed, new Failure("declined", "No."));

        assertThat(ofPayment("ch_1")).usingRecursiveComparison().isEqualTo(failed);
        assertThat(stored.texts("SELECT concat_ws(' ', failure_code, failure_message, completed_at = '" + Stored.NOW
                        + "') FROM payments.provider_request"))
                .containsExactly("declined No. t");
    }

    @Test
    void aFinalAnswerStays() {
        ProviderRequest request = stored(Stored.request("douala", "ch_1", null));
        save(request.status(ProviderRequest.Status.SUCCEEDED), null);

        assertThat(Stored.stateOf(() -> save(request.status(ProviderRequest.Status.FROZEN), null)))
                .isEqualTo("P0009");
    }

    @Test
    void triesAreKeptWithTheirEndInTheirOrder() {
        ProviderRequest request = stored(Stored.request("douala", "ch_1", null));
        ProviderAttempt cutOff = ProviderAttempt.begin(request, "submit", Stored.NOW);
        ProviderAttempt asked = ProviderAttempt.begin(request, "status", Stored.NOW.plusSeconds(1));
        ProviderAttempt answered = new ProviderAttempt(
                asked.id(),
                asked.org(),
                asked.request(),
                asked.kind(),
                asked.startedAt(),
                Stored.NOW.plusSeconds(2),
                "pending",
                200,
                "PENDING",
                null);
        stored.write(tx -> ProviderRequestRows.begin(tx, List.of(cutOff, asked)));
        stored.write(tx -> ProviderRequestRows.finish(tx, List.of(answered)));

        List<ProviderAttempt> attempts = stored.read(tx -> ProviderRequestRows.attempts(tx, List.of(request.id())));

        assertThat(attempts).containsExactlyInAnyOrder(cutOff, answered);
        assertThat(attempts).extracting(ProviderAttempt::id).isSorted();
    }

    @Test
    void theLatestSuccessOfAProviderIsFoundByItsKind() {
        for (String payment : List.of("ch_1", "ch_2")) {
            save(stored(Stored.request("douala", payment, null)).status(ProviderRequest.Status.SUCCEEDED), null);
        }
        stored(Stored.request("douala", "ch_3", null));
        String latest = stored.texts(
                        "SELECT payment FROM payments.provider_request WHERE status = 'succeeded' ORDER BY id DESC")
                .getFirst();

        assertThat(stored.maybe("*", tx -> ProviderRequestRows.lastSucceeded(tx, "mtn", ProviderRequest.Kind.COLLECT))
                        .map(ProviderRequest::payment))
                .contains(latest);
        assertThat(stored.maybe("*", tx -> ProviderRequestRows.lastSucceeded(tx, "mtn", ProviderRequest.Kind.DISBURSE)))
                .isEmpty();
    }

    @Test
    void aCallbackIsKeptEvenWhenNobodyKnowsItsToken() {
        CallbackRows.Callback known =
                new CallbackRows.Callback(Ids.next("cb"), "douala", "mtn", "pr_1", "ch_1", "PUT", Stored.NOW);
        CallbackRows.Callback stray =
                new CallbackRows.Callback(Ids.next("cb"), "nkap", "mtn", null, null, "POST", Stored.NOW);
        List<byte[]> bodies = List.of(
                Stored.PERSONAL_DATA.seal(new byte[] {1, 2}, known.id()),
                Stored.PERSONAL_DATA.seal(new byte[0], stray.id()));
        stored.write(tx -> CallbackRows.insert(tx, List.of(known, stray), bodies));

        List<CallbackRows.Callback> found = stored.read(tx -> CallbackRows.ofPayment(tx, "ch_1"));

        assertThat(found).containsExactly(known);
        assertThat(stored.texts("SELECT id FROM payments.provider_callback")).hasSize(2);
    }

    private ProviderRequest stored(ProviderRequest request) {
        stored.write(tx -> ProviderRequestRows.insertMissing(tx, List.of(request)));
        return request;
    }

    private ProviderRequest ofPayment(String payment) {
        return stored.read(tx -> ProviderRequestRows.ofPayments(tx, List.of(payment)))
                .getFirst();
    }

    private void save(ProviderRequest request, @Nullable Failure failure) {
        stored.write(tx -> {
            ProviderRequestRows.lock(tx, List.of(request.id()));
            ProviderRequestRows.save(tx, List.of(new ProviderRequestRows.Ending(request, failure)), Stored.NOW);
        });
    }

    private List<String> take(Instant now, int limit) {
        return stored.read(tx -> ProviderRequestRows.takeDue(tx, now, LEASE, limit)).stream()
                .map(ProviderRequest::payment)
                .toList();
    }

    private Callable<List<String>> taker() {
        return () -> {
            List<String> mine = new ArrayList<>();
            try (Handle session = stored.newSession()) {
                while (true) {
                    List<ProviderRequest> some = Stored.in(
                            session, Stored.EVERY_ORG, tx -> ProviderRequestRows.takeDue(tx, Stored.NOW, LEASE, 7));
                    if (some.isEmpty()) {
                        return mine;
                    }
                    some.forEach(request -> mine.add(request.id()));
                }
            }
        };
    }
}
