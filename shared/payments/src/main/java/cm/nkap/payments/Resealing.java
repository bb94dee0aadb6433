package cm.nkap.payments;

import cm.nkap.providers.Msisdn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Seals what older keys sealed anew, and hashes anew what is searched, slice by slice, so that a retired key can go. Reads
 * in one transaction, opens and seals outside of any, and writes in another one, there only where nobody changed the value
 * meanwhile. Safe to run twice, or twice at once, and to break off anywhere.
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
     * @param done how many values were sealed or hashed anew
     * @param isLast nothing older was left behind this place
     */
    public record Slice(Place next, int done, boolean isLast) {}

    /** Under which keys values are written now: that of the seal and that of the search hash. */
    public record Newest(int seal, int hash) {}

    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    private record Found(String id, String owner, boolean oldHash, boolean oldSeal, byte @Nullable [] sealed) {}

    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    private record Renewed(String id, byte[] old, byte[] value) {}

    /** Asks the store. */
    public Newest newest() {
        return new Newest(personalData.newestVersion(), personalData.hashVersion());
    }

    /** How many values are older than the newest keys, by column; reads every row, so ask it before a key is retired. */
    public Map<SealedColumn, Long> left(Handle tx) {
        Map<SealedColumn, Long> left = new EnumMap<>(SealedColumn.class);
        for (SealedColumn column : COLUMNS) {
            left.put(
                    column,
                    bind(tx.createQuery(column.count()), column, newest())
                            .mapTo(Long.class)
                            .one());
        }
        return left;
    }

    /**
     * Looks at no more than {@code limit} values of one column and seals the old ones of them anew.
     *
     * @throws IllegalStateException when a value cannot be opened: nothing of the slice is written
     */
    public Slice slice(Transactions transactions, Place from, int limit) {
        Newest newest = newest();
        SealedColumn column = from.column();
        List<Found> found = transactions.in(tx -> read(tx, from, newest, limit));
        List<Renewed> sealed = new ArrayList<>();
        List<Renewed> hashed = new ArrayList<>();
        for (Found one : found) {
            byte[] old = one.sealed();
            if (old != null) {
                byte[] plain = personalData.open(old, one.owner());
                if (one.oldSeal()) {
                    sealed.add(new Renewed(one.id(), old, personalData.seal(plain, one.owner())));
                }
                if (one.oldHash()) {
                    Msisdn number = new Msisdn(new String(plain, StandardCharsets.UTF_8));
                    hashed.add(new Renewed(one.id(), old, personalData.hash(number)));
                }
            }
        }
        int done = sealed.isEmpty() && hashed.isEmpty() ? 0 : transactions.in(tx -> write(tx, column, sealed, hashed));
        if (found.size() == limit) {
            return new Slice(new Place(column, found.getLast().id()), done, false);
        }
        int next = COLUMNS.indexOf(column) + 1;
        return next == COLUMNS.size()
                ? new Slice(Place.BEGIN, done, true)
                : new Slice(new Place(COLUMNS.get(next), ""), done, false);
    }

    private static List<Found> read(Handle tx, Place from, Newest newest, int limit) {
        return bind(tx.createQuery(from.column().read()), from.column(), newest)
                .bind("after", from.after())
                .bind("limit", limit)
                .map((row, context) -> new Found(
                        row.getString("id"),
                        row.getString("owner"),
                        row.getBoolean("old_hash"),
                        row.getBoolean("old_seal"),
                        row.getBytes("sealed")))
                .list();
    }

    private static Query bind(Query query, SealedColumn column, Newest newest) {
        query.bind("begin", SealedBytes.begin(newest.seal()));
        return column.isSearched() ? query.bind("hash", newest.hash()) : query;
    }

    private static int write(Handle tx, SealedColumn column, List<Renewed> sealed, List<Renewed> hashed) {
        int done = 0;
        if (!sealed.isEmpty()) {
            done += tx.createUpdate(column.seal())
                    .bind("ids", Columns.texts(sealed, Renewed::id))
                    .bind("old", Columns.bytes(sealed, Renewed::old))
                    .bind("sealed", Columns.bytes(sealed, Renewed::value))
                    .execute();
        }
        if (!hashed.isEmpty()) {
            done += tx.createUpdate(column.hash())
                    .bind("ids", Columns.texts(hashed, Renewed::id))
                    .bind("hashes", Columns.bytes(hashed, Renewed::value))
                    .execute();
        }
        return done;
    }
}
