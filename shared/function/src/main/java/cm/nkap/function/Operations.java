package cm.nkap.function;

import cm.nkap.events.Envelope;
import cm.nkap.events.Inbox;
import cm.nkap.function.telemetry.ShellMetrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.messaging.Message;

/**
 * Turns an operation into the beans that Spring Cloud Function's catalogue holds. The doors call only those beans.
 */
public final class Operations {
    private final Database database;
    private final Idempotency idempotency;
    private final BatchConfig batches;
    private final ShellMetrics metrics;

    Operations(Database database, AnswerCache cache, BatchConfig batches, ShellMetrics metrics) {
        this.database = database;
        this.batches = batches;
        this.metrics = metrics;
        this.idempotency = new Idempotency(database, cache, metrics);
    }

    /** A POST that may move money: idempotent by its {@code Idempotency-Key}, all in one transaction. */
    public <I, O> Function<Message<I>, Message<O>> command(Command<I, O> command) {
        return message -> {
            var landed = idempotency.run(Inbound.of(message), message.getPayload(), command);
            return Outbound.of(landed.answer(), landed.replayed());
        };
    }

    /** A change that is harmless to repeat (PUT, PATCH, DELETE): one transaction, no key. */
    public <I, O> Function<Message<I>, Message<O>> change(Command<I, O> command) {
        return message -> {
            var call = Inbound.of(message).call();
            return Outbound.of(
                    database.inTransaction(Orgs.of(call.caller()), tx -> command.run(tx, call, message.getPayload())));
        };
    }

    /** A query, in a read-only transaction. */
    public <O> Function<Message<byte[]>, Message<O>> read(Read<O> read) {
        return message -> {
            var call = Inbound.of(message).call();
            return Outbound.of(database.read(Orgs.of(call.caller()), tx -> read.run(tx, call)));
        };
    }

    /** A route that gets the body's exact bytes. */
    public <O> Function<Message<byte[]>, Message<O>> raw(Raw<O> raw) {
        return message -> Outbound.of(raw.run(Inbound.of(message).call(), message.getPayload()));
    }

    /** A POST whose effect is in another system: an Idempotency-Key, but no transaction of ours. */
    public <I, O> Function<Message<I>, Message<O>> remote(Remote<I, O> remote) {
        return message -> {
            var inbound = Inbound.of(message);
            var key = RepeatKey.of(inbound, message.getPayload());
            return Outbound.of(remote.run(inbound.call(), message.getPayload(), key));
        };
    }

    /** The event side that settles in one transaction with its inbox rows; what comes at the same moment shares it. */
    public Consumer<EventBatch> settlement(String function, Settlement settlement) {
        var together = new SharedTransaction<Waiting, Boolean>(batches.size(), waiting -> {
            waiting.forEach(one -> metrics.waitedForBatch(function, one.since()));
            metrics.settled(function, waiting.size());
            settle(function, settlement, waiting.stream().map(Waiting::event).toList());
            return waiting.stream().map(one -> true).toList();
        });
        return batch -> {
            if (batch.events().size() == 1) {
                together.submit(new Waiting(batch.events().getFirst(), System.nanoTime()));
            } else {
                settle(function, settlement, batch.events());
            }
        };
    }

    private record Waiting(Envelope event, long since) {}

    /** The event side that works between transactions of its own. */
    public Consumer<EventBatch> reaction(String function, Reaction reaction) {
        return batch -> batch.events().forEach(reaction::react);
    }

    /** For the sweep: forgets at most {@code limit} answers that are older than thirty days; returns how many. */
    public int forgetExpiredAnswers(int limit) {
        return idempotency.forgetExpired(limit);
    }

    private void settle(String function, Settlement settlement, List<Envelope> events) {
        var once = new LinkedHashMap<String, Envelope>();
        events.forEach(event -> once.putIfAbsent(event.id(), event));
        var all = List.copyOf(once.values());
        var orgs = Orgs.ofJob(all.stream().map(Envelope::org).toList());
        Scope.current()
                .named(function)
                .run(() -> database.run(orgs, tx -> {
                    var claimed = Inbox.claim(tx.handle(), function, all);
                    Step.reached("settle.claimed");
                    var fresh = all.stream()
                            .filter(event -> claimed.contains(event.id()))
                            .toList();
                    if (!fresh.isEmpty()) {
                        tx.continueTraces(fresh);
                        settlement.settle(tx, fresh);
                    }
                    Step.reached("settle.done");
                }));
    }
}
