package cm.nkap.ledger;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A money movement to post: legs that net to zero, under a key that makes it happen once. Legs that do not are the
 * database's to refuse, with a verdict; what could be no journal at all is refused here.
 *
 * @param key unique for ever, 1 to 200 characters; the same key with the same content is a replay, with other content
 *     it is refused
 * @param kind what happened, for example {@code charge.collected}
 * @param tenant whose journal it is
 * @param payment the payment it belongs to, by which it is found again
 * @param reverses the number of the journal that this one undoes exactly
 * @param effective the business day (of Cameroon) that it belongs to; null for the day of its posting
 */
public record Journal(
        String key,
        String kind,
        String tenant,
        @Nullable String payment,
        List<Posting> postings,
        @Nullable Long reverses,
        @Nullable LocalDate effective) {

    private static final int MOST_LEGS = 1_000;
    private static final LocalDate FIRST_DAY = LocalDate.EPOCH;
    private static final LocalDate LAST_DAY = LocalDate.of(9999, 12, 31);

    public Journal {
        postings = List.copyOf(postings);
        Text.check("key", key);
        Text.check("kind", kind);
        Text.check("tenant", tenant);
        if (payment != null) {
            Text.check("payment", payment);
        }
        if (postings.size() > MOST_LEGS) {
            throw new IllegalArgumentException("journal " + key + " has more than " + MOST_LEGS + " legs");
        }
        if (reverses != null && reverses <= 0) {
            throw new IllegalArgumentException("journal " + key + " reverses no journal: " + reverses);
        }
        if (effective != null && (effective.isBefore(FIRST_DAY) || effective.isAfter(LAST_DAY))) {
            throw new IllegalArgumentException("journal " + key + " is of no day that can be: " + effective);
        }
    }

    public Journal(String key, String kind, String tenant, @Nullable String payment, List<Posting> postings) {
        this(key, kind, tenant, payment, postings, null);
    }

    public Journal(
            String key,
            String kind,
            String tenant,
            @Nullable String payment,
            List<Posting> postings,
            @Nullable Long reverses) {
        this(key, kind, tenant, payment, postings, reverses, null);
    }

    /** The same journal for an earlier business day: what is learned today about yesterday. */
    public Journal withEffective(LocalDate day) {
        return new Journal(key, kind, tenant, payment, postings, reverses, day);
    }

    /** Whether the legs net to zero; the database checks it again. */
    public boolean balances() {
        long net = 0;
        for (Posting posting : postings) {
            net = Math.addExact(net, posting.amount());
        }
        return net == 0;
    }

    /** SHA-256 over length-prefixed content, so that no two contents look alike. */
    byte[] fingerprint() {
        try {
            var bytes = new ByteArrayOutputStream(256);
            var out = new DataOutputStream(bytes);
            write(out, kind);
            write(out, tenant);
            out.writeBoolean(payment != null);
            write(out, payment == null ? "" : payment);
            out.writeLong(reverses == null ? 0 : reverses);
            write(out, effective == null ? "" : effective.toString());
            out.writeInt(postings.size());
            for (Posting posting : postings) {
                write(out, posting.account());
                out.writeLong(posting.amount());
            }
            return MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
