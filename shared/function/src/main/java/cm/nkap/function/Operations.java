package cm.nkap.function;

import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.messaging.Message;

/**
 * Turns an operation into the beans that Spring Cloud Function's catalogue holds. The doors call only those beans.
 */
public final class Operations {
    private final Database database;

    Operations(Database database) {
        this.database = database;
    }

    /** A POST that may move money: idempotent by its {@code Idempotency-Key}, all in one transaction. */
    public <I, O> Function<Message<I>, Message<O>> command(Command<I, O> command) {
        var later = Objects.hash(database, command);
        return message -> {
            throw new IllegalStateException("not yet " + later);
        };
    }

    /** A change that is harmless to repeat (PUT, PATCH, DELETE): one transaction, no key. */
    public <I, O> Function<Message<I>, Message<O>> change(Command<I, O> command) {
        var later = Objects.hash(database, command);
        return message -> {
            throw new IllegalStateException("not yet " + later);
        };
    }

    /** A query, in a read-only transaction. */
    public <O> Function<Message<byte[]>, Message<O>> read(Read<O> read) {
        var later = Objects.hash(database, read);
        return message -> {
            throw new IllegalStateException("not yet " + later);
        };
    }

    /** A route that gets the body's exact bytes. */
    public <O> Function<Message<byte[]>, Message<O>> raw(Raw<O> raw) {
        var later = Objects.hash(database, raw);
        return message -> {
            throw new IllegalStateException("not yet " + later);
        };
    }

    /** The event side that settles in one transaction with its inbox rows; what comes at the same moment shares it. */
    public Consumer<EventBatch> settlement(String function, Settlement settlement) {
        var later = Objects.hash(database, function, settlement);
        return message -> {
            throw new IllegalStateException("not yet " + later);
        };
    }

    /** The event side that works between transactions of its own. */
    public Consumer<EventBatch> reaction(String function, Reaction reaction) {
        var later = Objects.hash(database, function, reaction);
        return message -> {
            throw new IllegalStateException("not yet " + later);
        };
    }
}
