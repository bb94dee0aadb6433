package cm.nkap.providergateway;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.function.Orgs;
import cm.nkap.function.Tx;
import cm.nkap.payments.Ids;
import cm.nkap.payments.ProviderRequest;
import cm.nkap.payments.ProviderRequest.Kind;
import cm.nkap.payments.ProviderRequest.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says what an answer makes of a request, as a cell of a table: its status, after how long it is asked about next
 * ({@code -} for never, {@code =} for as before), then what is told, whatever exception is raised, and {@code again}
 * when it is handed over once more.
 */
final class Cells implements AutoCloseable {
    private final Line line = new Line();

    interface Change {
        Transitions.Result by(Tx tx, ProviderRequest request);
    }

    Transitions.Result result(Function<Instant, ProviderRequest> given, Change change) {
        return line.database.inTransaction(Orgs.all(), tx -> change.by(tx, given.apply(tx.now())));
    }

    /** The cell that describes what a request becomes. */
    String change(Function<Instant, ProviderRequest> given, Change change) {
        record Changed(ProviderRequest before, Transitions.Result result, Instant now) {}
        Changed changed = line.database.inTransaction(Orgs.all(), tx -> {
            ProviderRequest before = given.apply(tx.now());
            return new Changed(before, change.by(tx, before), tx.now());
        });
        ProviderRequest after = changed.result().request();
        List<String> cell = new ArrayList<>();
        cell.add(text(after.status()));
        cell.add(next(changed.before().nextCheckAt(), after.nextCheckAt(), changed.now()));
        String product = after.kind() == Kind.COLLECT ? "collection." : "disbursement.";
        line.told(after.payment()).forEach(told -> {
            assertThat(told).startsWith(product);
            cell.add(told.substring(product.length()));
        });
        cell.addAll(line.exceptions(after.payment()));
        if (changed.result().submitAgain()) {
            cell.add("again");
        }
        return String.join(" ", cell);
    }

    private static String next(@Nullable Instant before, @Nullable Instant after, Instant now) {
        if (after == null) {
            return "-";
        }
        return after.equals(before) ? "=" : Duration.between(now, after).toSeconds() + "s";
    }

    static ProviderRequest missed(ProviderRequest request, int times, Instant since) {
        ProviderRequest missed = request;
        for (int i = 0; i < times; i++) {
            missed = missed.missed(since);
        }
        return missed;
    }

    static ProviderRequest request(Kind kind, Status status, Instant createdAt, Instant now) {
        return new ProviderRequest(
                Ids.next("pr"),
                Line.ORG,
                kind,
                Ids.next(kind == Kind.COLLECT ? "ch" : "po"),
                "mtn",
                UUID.randomUUID(),
                status,
                1000,
                Line.SEALED.sealed(),
                "token",
                1,
                0,
                0,
                null,
                null,
                createdAt.plusSeconds(300),
                now.plusSeconds(45),
                Line.TRACE,
                createdAt);
    }

    static Duration duration(String text) {
        return Duration.parse("PT" + text);
    }

    static String text(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        line.close();
    }
}
