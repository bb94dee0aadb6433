package cm.nkap.ledger;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A row as Postgres's {@code record_send} writes it: the number of columns, then for each its type's oid, its length (-1
 * for null) and its bytes, all big-endian. Written down here a second time, so that a wrong hash in the database is not
 * found right by the code that made it.
 */
final class RecordBytes {
    private static final int BYTEA = 17;
    private static final int INT8 = 20;
    private static final int INT2 = 21;
    private static final int TEXT = 25;
    private static final int INT8_ARRAY = 1016;
    private static final int DATE = 1082;
    private static final int TIMESTAMPTZ = 1184;
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final long FIRST_DAY = LocalDate.of(2000, 1, 1).toEpochDay();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private final DataOutputStream out = new DataOutputStream(bytes);
    private final int columns;
    private int written;

    RecordBytes(int columns) {
        this.columns = columns;
        write(() -> out.writeInt(columns));
    }

    RecordBytes int8(@Nullable Long value) {
        return value == null ? absent(INT8) : column(INT8, Long.BYTES, () -> out.writeLong(value));
    }

    RecordBytes int2(int value) {
        return column(INT2, Short.BYTES, () -> out.writeShort(value));
    }

    RecordBytes text(@Nullable String value) {
        return value == null ? absent(TEXT) : bytes(TEXT, value.getBytes(StandardCharsets.UTF_8));
    }

    RecordBytes bytea(Hash value) {
        return bytes(BYTEA, value.bytes());
    }

    RecordBytes date(@Nullable LocalDate value) {
        return value == null ? absent(DATE) : column(DATE, Integer.BYTES, () -> out.writeInt(days(value)));
    }

    RecordBytes timestamptz(@Nullable Instant value) {
        return value == null
                ? absent(TIMESTAMPTZ)
                : column(TIMESTAMPTZ, Long.BYTES, () -> out.writeLong(micros(value)));
    }

    /** One dimension, counted from 1, at least one element, none of them null. */
    RecordBytes int8s(long[] values) {
        int header = 5 * Integer.BYTES;
        return column(INT8_ARRAY, header + values.length * (Integer.BYTES + Long.BYTES), () -> {
            out.writeInt(1);
            out.writeInt(0);
            out.writeInt(INT8);
            out.writeInt(values.length);
            out.writeInt(1);
            for (long value : values) {
                out.writeInt(Long.BYTES);
                out.writeLong(value);
            }
        });
    }

    /** The next hash of a chain: SHA-256 over the one before and this row. */
    Hash chain(Hash before) {
        MessageDigest digest = sha256();
        digest.update(before.bytes());
        return Hash.of(digest.digest(row()));
    }

    /** SHA-256 over this row. */
    Hash hash() {
        return Hash.of(sha256().digest(row()));
    }

    private byte[] row() {
        if (written != columns) {
            throw new IllegalStateException(written + " of " + columns + " columns");
        }
        return bytes.toByteArray();
    }

    private RecordBytes bytes(int type, byte[] value) {
        return column(type, value.length, () -> out.write(value));
    }

    private RecordBytes absent(int type) {
        return column(type, -1, () -> {});
    }

    private RecordBytes column(int type, int length, Write value) {
        written++;
        write(() -> {
            out.writeInt(type);
            out.writeInt(length);
            value.run();
        });
        return this;
    }

    private static void write(Write write) {
        try {
            write.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Postgres has days that are none, infinity, and the driver makes the utmost of them. */
    private static int days(LocalDate value) {
        return value.equals(LocalDate.MAX)
                ? Integer.MAX_VALUE
                : value.equals(LocalDate.MIN) ? Integer.MIN_VALUE : Math.toIntExact(value.toEpochDay() - FIRST_DAY);
    }

    private static long micros(Instant value) {
        return value.equals(OffsetDateTime.MAX.toInstant())
                ? Long.MAX_VALUE
                : value.equals(OffsetDateTime.MIN.toInstant())
                        ? Long.MIN_VALUE
                        : ChronoUnit.MICROS.between(EPOCH, value);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private interface Write {
        void run() throws IOException;
    }
}
