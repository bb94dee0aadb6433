package cm.nkap.payments;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectMapper;

/** Between columns and records: what every row type here reads and writes the same way. */
final class Columns {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, String>> NAMES_AND_VALUES = new TypeReference<>() {};

    private Columns() {}

    static String json(Map<String, String> map) {
        return map.isEmpty() ? "{}" : JSON.writeValueAsString(map);
    }

    static Map<String, String> map(String json) {
        return json.equals("{}") ? Map.of() : JSON.readValue(json, NAMES_AND_VALUES);
    }

    static SealedNumber sealed(ResultSet row) throws SQLException {
        return new SealedNumber(
                row.getBytes("msisdn_sealed"), row.getBytes("msisdn_hash"), row.getString("msisdn_masked"));
    }

    static @Nullable Failure failure(ResultSet row) throws SQLException {
        String code = row.getString("failure_code");
        String message = row.getString("failure_message");
        return code == null ? null : new Failure(code, message == null ? "" : message);
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static @Nullable Instant maybeInstant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    static @Nullable Long maybeLong(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : Long.valueOf(value);
    }

    static @Nullable String code(@Nullable Failure failure) {
        return failure == null ? null : failure.code();
    }

    static @Nullable String message(@Nullable Failure failure) {
        return failure == null ? null : failure.message();
    }

    static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    /** Binds what every list of payments asks by. */
    static Query page(Query page, PaymentFilter filter, String before, int limit) {
        if (filter.org() != null) {
            page.bind("org", filter.org());
        }
        return page.bind("before", before)
                .bind("merchant", filter.merchant())
                .bind("status", filter.status())
                .bind("reference", filter.reference())
                .bind("limit", limit);
    }

    /** One column of many rows, as the array that a set-based statement takes. */
    static <T> SqlArray texts(List<T> rows, Function<T, ? extends @Nullable String> value) {
        Object[] column = new Object[rows.size()];
        for (int i = 0; i < column.length; i++) {
            column[i] = value.apply(rows.get(i));
        }
        return new SqlArray("text", column);
    }

    static <T> SqlArray longs(List<T> rows, Function<T, ? extends @Nullable Long> value) {
        Object[] column = new Object[rows.size()];
        for (int i = 0; i < column.length; i++) {
            column[i] = value.apply(rows.get(i));
        }
        return new SqlArray("int8", column);
    }

    static <T> SqlArray bytes(List<T> rows, Function<T, ? extends byte @Nullable []> value) {
        byte[][] column = new byte[rows.size()][];
        for (int i = 0; i < column.length; i++) {
            column[i] = value.apply(rows.get(i));
        }
        return new SqlArray("bytea", column);
    }
}
