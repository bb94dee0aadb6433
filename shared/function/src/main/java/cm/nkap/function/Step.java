package cm.nkap.function;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Named points at which a crash test kills this process for real. Does nothing unless the process was started with
 * {@code NKAP_KILL_AT=name:n}; then the n-th arrival at that name is the end, without any shutdown hook.
 */
public final class Step {
    private static volatile @Nullable Step armed;

    private final String name;
    private final AtomicInteger left;

    private Step(String name, int times) {
        this.name = name;
        this.left = new AtomicInteger(times);
    }

    /** Says that the point was reached. */
    public static void reached(String name) {
        var step = armed;
        if (step != null && step.name.equals(name) && step.left.decrementAndGet() == 0) {
            kill();
        }
    }

    /** @param killAt {@code name} or {@code name:n} */
    static void arm(String killAt) {
        var colon = killAt.lastIndexOf(':');
        armed = colon < 0
                ? new Step(killAt, 1)
                : new Step(killAt.substring(0, colon), Integer.parseInt(killAt.substring(colon + 1)));
    }

    private static void kill() {
        try {
            new ProcessBuilder(
                            "kill", "-9", Long.toString(ProcessHandle.current().pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            Runtime.getRuntime().halt(137);
        } catch (InterruptedException e) {
            Runtime.getRuntime().halt(137);
        }
        Runtime.getRuntime().halt(137);
    }
}
