package cm.nkap.local.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Processor time to the nanosecond, as Linux's scheduler counts it, of this JVM without its compilers and of Postgres:
 * fine enough for a few dozen calls, where the usual clocks count hundredths of a second.
 */
record CpuClock(long jvm, long postgres) {
    /** @param postmaster its process id */
    static CpuClock before(String postmaster) {
        long postgres = ofPostgres(postmaster);
        return new CpuClock(ofJvm(), postgres);
    }

    /** Looks at this JVM first, so that looking is not counted. */
    static CpuClock after(String postmaster) {
        long jvm = ofJvm();
        return new CpuClock(jvm, ofPostgres(postmaster));
    }

    private static long ofJvm() {
        return sum(
                Path.of("/proc/self/task"), task -> !text(task.resolve("comm")).contains("CompilerThre"));
    }

    private static long ofPostgres(String postmaster) {
        return sum(Path.of("/proc"), process -> {
            if (!process.getFileName().toString().matches("[0-9]+")) {
                return false;
            }
            String stat = text(process.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", 3);
            return process.endsWith(postmaster) || (fields.length > 1 && fields[1].equals(postmaster));
        });
    }

    private static long sum(Path folder, Predicate<Path> counts) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(counts)
                    .map(entry -> text(entry.resolve("schedstat")))
                    .filter(stat -> !stat.isEmpty())
                    .mapToLong(stat -> Long.parseLong(stat.split(" ", 2)[0]))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process or thread may end while one looks. */
    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
