package cm.nkap.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Makes a failing program short: leaves out halves, quarters … single steps and parts of steps while it still fails. */
final class Shrink<S> {
    private final Predicate<List<S>> fails;
    private final Function<S, List<S>> smaller;
    private int tries;

    private Shrink(Predicate<List<S>> fails, Function<S, List<S>> smaller, int tries) {
        this.fails = fails;
        this.smaller = smaller;
        this.tries = tries;
    }

    /** @param tries after so many runs the shortest so far must do */
    static <S> List<S> shrink(List<S> failing, Function<S, List<S>> smaller, int tries, Predicate<List<S>> fails) {
        return new Shrink<>(fails, smaller, tries).run(failing);
    }

    private List<S> run(List<S> failing) {
        List<S> shortest = failing;
        for (int size = Math.max(1, failing.size() / 2); ; size = Math.max(1, size / 2)) {
            List<S> before = shortest;
            shortest = without(shortest, size);
            if (size == 1) {
                shortest = withSmallerSteps(shortest);
                if (before.equals(shortest) || tries <= 0) {
                    return shortest;
                }
            }
        }
    }

    /** From the end, so that what a step needs before it goes after it. */
    private List<S> without(List<S> steps, int size) {
        List<S> shortest = steps;
        for (int end = shortest.size(); end > 0; end -= size) {
            List<S> fewer = new ArrayList<>(shortest);
            fewer.subList(Math.max(0, end - size), end).clear();
            if (stillFails(fewer)) {
                shortest = fewer;
            }
        }
        return shortest;
    }

    private List<S> withSmallerSteps(List<S> steps) {
        List<S> shortest = steps;
        for (int i = 0; i < shortest.size(); i++) {
            for (S one : smaller.apply(shortest.get(i))) {
                List<S> changed = new ArrayList<>(shortest);
                changed.set(i, one);
                if (stillFails(changed)) {
                    shortest = changed;
                    i--;
                    break;
                }
            }
        }
        return shortest;
    }

    private boolean stillFails(List<S> steps) {
        return tries-- > 0 && fails.test(steps);
    }
}
