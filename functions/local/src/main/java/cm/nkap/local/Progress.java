package cm.nkap.local;

import java.util.function.Consumer;
import java.util.function.Supplier;

/** Tells the developer what is there, and how long it took. */
record Progress(Consumer<String> line) {
    void say(String text) {
        line.accept(text);
    }

    <T> T told(String what, Supplier<T> start) {
        long began = System.nanoTime();
        T started = start.get();
        say("%-20s %5.1f s".formatted(what, (System.nanoTime() - began) / 1e9));
        return started;
    }
}
