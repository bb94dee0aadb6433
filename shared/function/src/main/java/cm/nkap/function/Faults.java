package cm.nkap.function;

import java.util.ArrayList;
import java.util.List;

/** Collects everything wrong with one request, so that the caller hears it all at once. */
public final class Faults {
    private static final int MAX_TOLD = 100;

    private final List<Fault> found = new ArrayList<>();
    private int count;

    public void add(String param, String code, String detail) {
        add(new Fault(param, code, detail));
    }

    /** Keeps the first hundred; a body with more faults than that is not helped by a longer answer. */
    public void add(Fault fault) {
        count++;
        if (found.size() < MAX_TOLD) {
            found.add(fault);
        }
    }

    /** How many were added, told or not. */
    public int count() {
        return count;
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    public List<Fault> list() {
        return List.copyOf(found);
    }

    /** @throws Problem 400 {@code invalid_request} naming every fault, when there is one */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw Problem.invalidRequest(found);
        }
    }
}
