package cm.nkap.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/**
 * Roots over the books, one for each hour in which anything happened. Every call joins the caller's transaction, which
 * must see the platform's rows. Thread-safe.
 */
public final class Seals {
    /**
     * A signature that a seal got after it was committed.
     *
     * @param number the seal's
     * @param keyVersion of the key that signed
     * @param publicKey 32 bytes, of that version
     * @param bytes 64, Ed25519 over {@link SealedRoot#message}
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes as the database gives them; never compared
    public record Signature(long number, int keyVersion, byte[] publicKey, byte[] bytes) {}

    /** A seal, and its signature unless it waits for one. */
    public record Signed(SealedRoot root, Optional<Signature> signature) {
        /** What to keep outside: the text, and behind it the signature when there is one. */
        public String line() {
            return signature
                    .map(found -> root + " " + Base64.getEncoder().encodeToString(found.bytes()))
                    .orElse(root.toString());
        }
    }

    private static final String COLUMNS =
            "SELECT number, until, first_seq, last_seq, encode(root, 'hex') AS root FROM ledger.seal ";

    private static final RowMapper<SealedRoot> ROOT = (row, context) -> new SealedRoot(
            row.getLong("number"),
            row.getObject("until", OffsetDateTime.class).toInstant(),
            row.getLong("first_seq"),
            row.getLong("last_seq"),
            row.getString("root"));

    /**
     * Seals the hours that are over and have something unsealed, at most a week of them; nobody posts until the
     * transaction ends (READ COMMITTED). Most calls find nothing to do and hold up nobody.
     *
     * @return the new seals, oldest first
     */
    public List<SealedRoot> seal(Handle tx) {
        int sealed = tx.createQuery("SELECT ledger.seal_hours()")
                .mapTo(Integer.class)
                .one();
        return sealed == 0
                ? List.of()
                : tx.createQuery(COLUMNS + "ORDER BY number DESC LIMIT :sealed")
                        .bind("sealed", sealed)
                        .map(ROOT)
                        .list()
                        .reversed();
    }

    /** The seals after {@code number}, oldest first, at most {@code limit}. */
    public List<SealedRoot> after(Handle tx, long number, int limit) {
        return tx.createQuery(COLUMNS + "WHERE number > :number ORDER BY number LIMIT :limit")
                .bind("number", number)
                .bind("limit", limit)
                .map(ROOT)
                .list();
    }

    /** The same with their signatures. */
    public List<Signed> signedAfter(Handle tx, long number, int limit) {
        return tx.createQuery("""
                        SELECT s.number, until, first_seq, last_seq, encode(root, 'hex') AS root,
                               key_version, public_key, signature
                          FROM ledger.seal s LEFT JOIN ledger.seal_signature g ON g.number = s.number
                         WHERE s.number > :number
                         ORDER BY s.number
                         LIMIT :limit
                        """)
                .bind("number", number)
                .bind("limit", limit)
                .map((row, context) -> new Signed(ROOT.map(row, context), signature(row)))
                .list();
    }

    /** The seals that have no signature yet, oldest first, at most {@code limit}. */
    public List<SealedRoot> unsigned(Handle tx, int limit) {
        return tx.createQuery(
                        COLUMNS + "s WHERE NOT EXISTS"
                                + " (SELECT FROM ledger.seal_signature g WHERE g.number = s.number) ORDER BY number LIMIT :limit")
                .bind("limit", limit)
                .map(ROOT)
                .list();
    }

    /** Adds a seal's signature; false when it has one, or when there is no such seal. */
    public boolean sign(Handle tx, Signature signature) {
        return tx.createQuery("SELECT ledger.sign_seal(:number, :version, :publicKey, :signature)")
                .bind("number", signature.number())
                .bind("version", signature.keyVersion())
                .bind("publicKey", signature.publicKey())
                .bind("signature", signature.bytes())
                .mapTo(Boolean.class)
                .one();
    }

    private static Optional<Signature> signature(ResultSet row) throws SQLException {
        byte[] bytes = row.getBytes("signature");
        return bytes == null
                ? Optional.empty()
                : Optional.of(new Signature(
                        row.getLong("number"), row.getInt("key_version"), row.getBytes("public_key"), bytes));
    }

    /**
     * How long ago the first hour ended that has a journal and no seal; zero when there is none. Looks two rows up by their
     * keys, whatever the books hold.
     */
    public Duration lag(Handle tx) {
        return tx.createQuery("""
                        SELECT (extract(epoch FROM clock_timestamp() - date_trunc('hour', j.posted_at, 'UTC')) - 3600)::bigint
                          FROM ledger.journal j
                         WHERE j.seq = 1 + coalesce((SELECT last_seq FROM ledger.seal ORDER BY number DESC LIMIT 1), 0)
                        """)
                .mapTo(Long.class)
                .findOne()
                .map(seconds -> Duration.ofSeconds(Math.max(0, seconds)))
                .orElse(Duration.ZERO);
    }
}
