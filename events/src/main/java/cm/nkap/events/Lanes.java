package cm.nkap.events;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Runs tasks with the same key one after the other and tasks with different keys side by side, each lane on a virtual thread. */
final class Lanes {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Queue<Runnable>> waiting = new HashMap<>();

    void run(String key, Runnable task) {
        lock.lock();
        try {
            Queue<Runnable> lane = waiting.get(key);
            if (lane != null) {
                lane.add(task);
                return;
            }
            waiting.put(key, new ArrayDeque<>(2));
        } finally {
            lock.unlock();
        }
        Thread.startVirtualThread(() -> drain(key, task));
    }

    private void drain(String key, Runnable first) {
        Runnable task = first;
        while (task != null) {
            task.run();
            task = next(key);
        }
    }

    private @Nullable Runnable next(String key) {
        lock.lock();
        try {
            Queue<Runnable> lane = waiting.get(key);
            Runnable task = lane == null ? null : lane.poll();
            if (task == null) {
                waiting.remove(key);
            }
            return task;
        } finally {
            lock.unlock();
        }
    }
}
