package cm.nkap.local.system;

import cm.nkap.testing.Until;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Callers that insist: they repeat a call under its key until it is answered for good, as a merchant's server does. */
final class Buyers implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Shop shop;
    private final ExecutorService threads =
            Executors.newFixedThreadPool(8, Thread.ofVirtual().factory());
    private final Queue<String> made = new ConcurrentLinkedQueue<>();
    private final Queue<String> trouble = new ConcurrentLinkedQueue<>();

    Buyers(Shop shop) {
        this.shop = shop;
    }

    /** Begins to make a charge of an amount that the generator draws. */
    void buy(Random random) {
        insist("/v1/charges", Shop.order(100 + random.nextInt(9_900), Shop.somebody()));
    }

    /** Begins to make a payout. */
    void withdraw(long amount) {
        insist("/v1/payouts", Shop.withdrawal(amount, Shop.somebody()));
    }

    private void insist(String path, Map<String, ?> body) {
        String key = UUID.randomUUID().toString();
        threads.execute(() -> {
            try {
                made.add(Until.found(LIMIT, path + " is answered", () -> attempt(path, body, key)));
            } catch (AssertionError e) {
                trouble.add(String.valueOf(e.getMessage()));
            }
        });
    }

    private Optional<String> attempt(String path, Map<String, ?> body, String key) {
        try {
            var answer = shop.api.post(path, body, key);
            boolean again = answer.status() >= 500 || answer.status() == 409 || answer.status() == 429;
            if (!again && answer.status() != 201) {
                throw new AssertionError(path + " was refused: " + answer.status() + " " + answer.body());
            }
            return again ? Optional.empty() : Optional.of(answer.at("/id"));
        } catch (Api.Away e) {
            return Optional.empty();
        }
    }

    /** How many calls have been answered. */
    int served() {
        return made.size();
    }

    /** The ids of all that was made, when every call has been answered. */
    List<String> all(int expected) {
        Until.holds(LIMIT, expected + " answers", () -> made.size() + trouble.size() == expected);
        if (!trouble.isEmpty()) {
            throw new AssertionError(trouble.toString());
        }
        return List.copyOf(made);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
