package cm.nkap.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a process is known again: a number alone may have gone to somebody else's process meanwhile, so its start and
 * its executable must agree before anything is done to it.
 *
 * @param started epoch milliseconds, as the system reports it
 * @param executable path, empty when it does not matter
 */
record Mark(long pid, long started, String executable) {
    // The system derives the start from its boot time, which a clock correction moves.
    private static final Duration TOLERANCE = Duration.ofSeconds(3);

    static Mark of(ProcessHandle process) {
        ProcessHandle.Info info = process.info();
        long started = info.startInstant().map(Instant::toEpochMilli).orElse(0L);
        // Linux says so of an executable that was replaced meanwhile.
        String executable = info.command().orElse("").replace(" (deleted)", "");
        return new Mark(process.pid(), started, executable);
    }

    static Optional<Mark> parse(String text) {
        String[] parts = text.strip().split(" ", 3);
        if (parts.length < 2) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Mark(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts.length == 3 ? parts[2] : ""));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    String text() {
        return pid + " " + started + " " + executable;
    }

    boolean isAlive() {
        return process().isPresent();
    }

    /** The process itself, when it still lives and is the one that was marked. */
    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid).filter(Child::lives).filter(this::isTheSame);
    }

    private boolean isTheSame(ProcessHandle candidate) {
        Mark now = of(candidate);
        return Math.abs(now.started - started) <= TOLERANCE.toMillis()
                && (executable.isEmpty() || executable.equals(now.executable));
    }
}
