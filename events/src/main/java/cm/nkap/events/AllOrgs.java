package cm.nkap.events;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Runs work in a database transaction that sees every organisation, as platform jobs do. */
@FunctionalInterface
public interface AllOrgs {
    /** Runs the work in one transaction; it is rolled back when the work throws. */
    void run(Consumer<Handle> work);

    /** Runs the work in one transaction and returns its result. */
    default <T> T get(Function<Handle, T> work) {
        List<T> result = new ArrayList<>(1);
        run(tx -> result.add(work.apply(tx)));
        return result.getFirst();
    }

    /** Opens transactions on {@code jdbi} with the row-level security setting {@code *}. */
    static AllOrgs of(Jdbi jdbi) {
        return work -> jdbi.useTransaction(tx -> {
            tx.execute("SELECT set_config('nkap.orgs', '*', true)");
            work.accept(tx);
        });
    }
}
