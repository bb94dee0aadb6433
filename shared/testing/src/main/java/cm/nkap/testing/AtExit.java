package cm.nkap.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must happen before this JVM ends, last registered first, in one shutdown hook: hooks of their own would run at
 * the same time and take the database away from under those that still write to it.
 */
public final class AtExit {
    private static final Logger log = LoggerFactory.getLogger(AtExit.class);
    private static final Deque<Runnable> steps = new ArrayDeque<>();
    private static boolean hooked;

    private AtExit() {}

    /** Registers a step; it may run although its component was already closed, so it must bear that. */
    public static synchronized void then(Runnable step) {
        if (!hooked) {
            hooked = true;
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("at-exit").unstarted(AtExit::run));
        }
        steps.push(step);
    }

    private static void run() {
        while (true) {
            Runnable step;
            synchronized (AtExit.class) {
                if (steps.isEmpty()) {
                    return;
                }
                step = steps.pop();
            }
            try {
                step.run();
            } catch (RuntimeException e) {
                log.warn("at-exit step failed", e);
            }
        }
    }
}
