package cm.nkap.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InboxTest {
    private final Rows rows = new Rows();

    @AfterEach
    void drop() {
        rows.close();
    }

    @Test
    void claimsOncePerFunction() {
        List<Envelope> events = Samples.collections(3);
        List<Envelope> twice = List.of(events.get(0), events.get(1), events.get(0));

        assertThat(claim("create-charge", twice))
                .containsExactlyInAnyOrder(events.get(0).id(), events.get(1).id());
        assertThat(claim("create-charge", events)).containsExactly(events.get(2).id());
        assertThat(claim("payout", events)).hasSize(3);
        assertThat(claim("create-charge", List.of())).isEmpty();
    }

    @Test
    void aClaimRolledBackIsFreeAgain() {
        Envelope event = Samples.collection("ch_1", 1);
        assertThatThrownBy(() -> rows.allOrgs.run(tx -> {
                    Inbox.claim(tx, "create-charge", List.of(event));
                    throw new IllegalStateException("the effect failed");
                }))
                .hasMessage("the effect failed");

        assertThat(claim("create-charge", List.of(event))).containsExactly(event.id());
    }

    @Test
    void overlappingBatchesHaveEachEffectOnceAndNeverWaitInACircle() throws Exception {
        List<Envelope> events = Samples.collections(40);
        List<Callable<Integer>> batches = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            List<Envelope> shuffled = new ArrayList<>(events);
            Collections.shuffle(shuffled, new Random(i));
            batches.add(() -> claim("create-charge", shuffled.subList(0, 30)).size());
        }

        int claimed = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Integer> batch : threads.invokeAll(batches)) {
                claimed += batch.get();
            }
        }

        assertThat(claimed)
                .isEqualTo((int) rows.count("SELECT count(*) FROM events.inbox"))
                .isEqualTo(40);
    }

    private Set<String> claim(String function, List<Envelope> events) {
        return rows.app.inTransaction(tx -> Inbox.claim(tx, function, events));
    }
}
