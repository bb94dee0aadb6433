package cm.nkap.payments;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Seals what older keys sealed anew, slice by slice, so that a retired key can go. Reads in one transaction, opens and
 * seals outside of any, and writes in another one, there only where nobody changed the value meanwhile. Safe to run twice,
 * or twice at once.
 */
public final class Resealing {
    private static final List<SealedColumn> COLUMNS = List.of(SealedColumn.values());

    private final PersonalData personalData;

    public Resealing(PersonalData personalData) {
        this.personalData = personalData;
    }

    /** Runs work in a transaction that may see every organisation. */
    @FunctionalInterface
    public interface Transactions {
        <T> T in(Function<Handle, T> work);
    }

    /**
     * How far it is.
     *
     * @param after the last id that was looked at there; empty before the first
     */
    public record Place(SealedColumn column, String after) {
        public static final Place BEGIN = new Place(COLUMNS.getFirst(), "");
    }

    /**
     * What one slice did.
     *
     * @param next where the next slice goes on; {@link Place#BEGIN} once everything was looked at
     * @param done how many values were sealed anew
     * @param isLast nothing older was left behind this place
     */
    public record Slice(Place next, int done, boolean isLast) {}

    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    private record Found(String id, String owner, byte[] sealed) {}

    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    private record Renewed(String id, byte[] old, byte[] sealed) {}

    /**
     * Seals at most {@code limit} values anew, all of one column.
     *
     * @throws IllegalStateException when a value cannot be opened: nothing of the slice is written
     */
    public Slice slice(Transactions transactions, Place from, int limit) {
        byte[] begin = SealedBytes.begin(personalData.newestVersion());
        List<Found> found = transactions.in(tx -> older(tx, from, begin, limit));
        List<Renewed> renewed = new ArrayList<>();
        for (Found one : found) {
            byte[] plain = personalData.open(one.sealed(), one.owner());
            renewed.add(new Renewed(one.id(), one.sealed(), personalData.seal(plain, one.owner())));
        }
        int done = renewed.isEmpty() ? 0 : transactions.in(tx -> write(tx, from.column(), renewed));
        if (found.size() == limit) {
            return new Slice(new Place(from.column(), found.getLast().id()), done, false);
        }
        int next = COLUMNS.indexOf(from.column()) + 1;
        return next == COLUMNS.size()
                ? new Slice(Place.BEGIN, done, true)
                : new Slice(new Place(COLUMNS.get(next), ""), done, false);
    }

    private static List<Found> older(Handle tx, Place from, byte[] begin, int limit) {
        return tx.createQuery(from.column().read())
                .bind("after", from.after())
                .bind("begin", begin)
                .bind("limit", limit)
                .map((row, context) -> new Found(row.getString("id"), row.getString("owner"), row.getBytes("sealed")))
                .list();
    }

    private static int write(Handle tx, SealedColumn column, List<Renewed> renewed) {
        return tx.createUpdate(column.write())
                .bind("ids", Columns.texts(renewed, Renewed::id))
                .bind("old", Columns.bytes(renewed, Renewed::old))
                .bind("sealed", Columns.bytes(renewed, Renewed::sealed))
                .execute();
    }
}
