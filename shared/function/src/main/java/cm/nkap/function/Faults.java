package cm.nkap.function;

import java.util.ArrayList;
import java.util.List;

/** Collects everything wrong with one request, so that the caller hears it all at once. */
public final class Faults {
    private final List<Fault> found = new ArrayList<>();

    public void add(String param, String code, String detail) {
        found.add(new Fault(param, code, detail));
    }

    public void add(Fault fault) {
        found.add(fault);
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
