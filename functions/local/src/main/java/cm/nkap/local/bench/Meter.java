package cm.nkap.local.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;

/**
 * What a stretch of work cost: time, processor time of Postgres and of this JVM (the load included), WAL. Processor time
 * says more than time on a machine that others use too; how much they used is reported beside it. Linux only.
 */
record Meter(long nanos, long postgres, long jvm, long machine, long wal) {
    private static final double TICKS_PER_SECOND = 100;

    /** Takes the readings of this moment. */
    static Meter read(Jdbi admin, Path data) {
        long wal =
                admin.withHandle(one -> one.createQuery("SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint")
                        .mapTo(Long.class)
                        .one());
        var jvm = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Meter(System.nanoTime(), postgresTicks(data), jvm.getProcessCpuTime(), machineTicks(), wal);
    }

    Meter since(Meter before) {
        return new Meter(
                nanos - before.nanos,
                postgres - before.postgres,
                jvm - before.jvm,
                machine - before.machine,
                wal - before.wal);
    }

    double seconds() {
        return nanos / 1e9;
    }

    /** The costs of one of {@code n} things done meanwhile. */
    String each(int n) {
        double pg = postgres / TICKS_PER_SECOND;
        return String.format(
                Locale.ROOT,
                "%,7.0f/s  PG %4.0f µs  JVM %4.0f µs  WAL %,6d B  others %.2f CPUs",
                n / seconds(),
                pg * 1e6 / n,
                jvm / 1e3 / n,
                wal / n,
                Math.max(0, machine / TICKS_PER_SECOND - pg - jvm / 1e9) / seconds());
    }

    /** The postmaster, what its children that have ended used, and each child that lives. */
    private static long postgresTicks(Path data) {
        String postmaster =
                read(data.resolve("postmaster.pid")).lines().findFirst().orElseThrow();
        long sum = 0;
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(it -> it.getFileName().toString().matches("[0-9]+"))
                    .toList()) {
                String stat = readOrNothing(process.resolve("stat"));
                String[] fields =
                        stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
                if (process.endsWith(postmaster)) {
                    sum += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
                    sum += Long.parseLong(fields[13]) + Long.parseLong(fields[14]);
                } else if (fields.length > 14 && fields[1].equals(postmaster)) {
                    sum += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sum;
    }

    private static long machineTicks() {
        String[] fields =
                read(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split(" +", -1);
        long busy = 0;
        for (int i = 1; i <= 8; i++) {
            busy += i == 4 || i == 5 ? 0 : Long.parseLong(fields[i]);
        }
        return busy;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process may end while one looks. */
    private static String readOrNothing(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
