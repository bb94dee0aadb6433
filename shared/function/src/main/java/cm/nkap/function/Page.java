package cm.nkap.function;

import java.util.List;

/** One page of a list, newest first; the next begins with {@code starting_after} the last id of this one. */
public record Page<T>(List<T> data, boolean hasMore) {
    public Page {
        data = List.copyOf(data);
    }

    /** @param rows one more than the limit when there are more */
    public static <T> Page<T> of(List<T> rows, int limit) {
        return rows.size() > limit ? new Page<>(rows.subList(0, limit), true) : new Page<>(rows, false);
    }
}
