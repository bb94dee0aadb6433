package cm.nkap.ledger;

import java.util.ArrayList;
import java.util.List;

/** What was found so far, in order, up to a limit. */
final class Findings {
    private final int most;
    private final List<Finding> all = new ArrayList<>();

    Findings(int most) {
        this.most = most;
    }

    void add(String check, String about, String detail) {
        if (!full()) {
            all.add(new Finding(check, about, detail));
        }
    }

    void require(boolean holds, String check, String about, String detail) {
        if (!holds) {
            add(check, about, detail);
        }
    }

    boolean full() {
        return all.size() >= most;
    }

    List<Finding> all() {
        return List.copyOf(all);
    }
}
