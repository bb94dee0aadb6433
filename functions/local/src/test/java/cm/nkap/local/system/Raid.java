package cm.nkap.local.system;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sends attacks, some at the same time, and keeps account of every cell: how many, and which were not answered right. */
final class Raid {
    private static final int AT_ONCE = 6;
    private static final Pattern INSIDES = Pattern.compile(
            "Exception|\\tat |cm\\.nkap\\.(?![a-z_.]*\\.v[0-9])|java[.x]|org\\.(postgres|jdbi|spring)|jdbc:"
                    + "|SELECT |INSERT |UPDATE |nkap_app|stack",
            Pattern.CASE_INSENSITIVE);

    private final String url;
    private final List<Cell> cells = new ArrayList<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> counted = new ConcurrentHashMap<>();

    /** What is sent. */
    record Attack(
            String method,
            String path,
            @Nullable String authorization,
            @Nullable String body) {}

    private record Cell(String name, Attack attack, Function<Api.Answer, @Nullable String> fault) {}

    Raid(String url) {
        this.url = url;
    }

    /** Plans a cell whose answer must have one of these statuses. */
    void expect(String name, Attack attack, Set<Integer> statuses) {
        expect(name, attack, answer -> statuses.contains(answer.status()) ? null : "expected " + statuses);
    }

    /** @param fault says what is wrong with the answer, null for nothing */
    void expect(String name, Attack attack, Function<Api.Answer, @Nullable String> fault) {
        cells.add(new Cell(name, attack, fault));
    }

    /** Sends what was planned; returns one line for each cell that was not answered right. */
    List<String> run(String title) {
        long began = System.nanoTime();
        try (ExecutorService threads =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            List<Future<?>> all = new ArrayList<>();
            cells.forEach(cell -> all.add(threads.submit(() -> judge(cell))));
            all.forEach(Raid::finish);
        }
        System.out.printf(
                "%s: %d cells in %.1f s, %d wrong; answers %s%n",
                title, cells.size(), (System.nanoTime() - began) / 1e9, wrong.size(), new TreeMap<>(counted));
        return List.copyOf(wrong);
    }

    private static void finish(Future<?> future) {
        try {
            future.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void judge(Cell cell) {
        Api.Answer answer = Api.send(request(cell.attack));
        counted.merge(Integer.toString(answer.status()), 1, Integer::sum);
        String fault = cell.fault.apply(answer);
        if (fault == null && answer.status() >= 400) {
            var insides = INSIDES.matcher(answer.raw().body());
            fault = insides.find() ? "tells of its insides: " + insides.group() : null;
        }
        if (fault != null) {
            wrong.add("%s | %s %s | %d %s | %s"
                    .formatted(
                            cell.name,
                            cell.attack.method,
                            cell.attack.path,
                            answer.status(),
                            answer.at("/code"),
                            fault));
        }
    }

    private HttpRequest request(Attack attack) {
        var request = HttpRequest.newBuilder(URI.create(url + attack.path)).timeout(Duration.ofSeconds(30));
        if (attack.authorization != null) {
            request.header("authorization", attack.authorization);
        }
        if (attack.body != null) {
            request.header("content-type", "application/json")
                    .header("idempotency-key", UUID.randomUUID().toString());
        }
        return request.method(
                        attack.method,
                        attack.body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(attack.body))
                .build();
    }
}
