package cm.nkap.ledger.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/** Processor time as Linux counts it; elsewhere it is not available (NaN). */
final class Machine {
    /** USER_HZ, the unit of /proc, is 100 on every Linux that we run on. */
    private static final double TICK_MICROS = 10_000;

    private static final int SYNCS = 500;
    private static final int PAGE = 8_192;
    private static final Path PROC = Path.of("/proc");
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private Machine() {}

    /** What all processes of a server have used, microseconds: itself, its living children, those that have ended. */
    static double server(long pid) {
        String[] own = stat(PROC.resolve(Long.toString(pid)));
        if (own.length == 0) {
            return Double.NaN;
        }
        double ticks = number(own, 14) + number(own, 15) + number(own, 16) + number(own, 17);
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                String[] child = stat(process);
                if (child.length > 0 && (long) number(child, 4) == pid) {
                    ticks += number(child, 14) + number(child, 15);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at the processes", e);
        }
        return ticks * TICK_MICROS;
    }

    /** What this JVM has used, microseconds. */
    static double self() {
        return SYSTEM.getProcessCpuTime() / 1e3;
    }

    /** What children of this JVM that have ended used, microseconds. */
    static double endedChildren() {
        String[] own = stat(PROC.resolve("self"));
        return own.length == 0 ? 0 : (number(own, 16) + number(own, 17)) * TICK_MICROS;
    }

    /** What everybody on this machine has used, microseconds. */
    static double everybody() {
        try {
            Path stat = PROC.resolve("stat");
            if (!Files.isReadable(stat)) {
                return Double.NaN;
            }
            String[] all = Files.readAllLines(stat).getFirst().split(" +", -1);
            // user nice system idle iowait irq softirq steal
            double ticks = 0;
            for (int i : new int[] {1, 2, 3, 6, 7, 8}) {
                ticks += Double.parseDouble(all[i]);
            }
            return ticks * TICK_MICROS;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the processors' time", e);
        }
    }

    static long memoryMegabytes() {
        return SYSTEM.getTotalMemorySize() >> 20;
    }

    /** How long a small write takes to be durable there, microseconds: the median of some. */
    static double syncMicros(Path folder) {
        double[] micros = new double[SYNCS];
        Path file = folder.resolve("sync.tmp");
        try {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                for (int i = 0; i < SYNCS; i++) {
                    long from = System.nanoTime();
                    channel.write(ByteBuffer.allocate(PAGE), 0);
                    channel.force(false);
                    micros[i] = (System.nanoTime() - from) / 1e3;
                }
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write in " + folder, e);
        }
        Arrays.sort(micros);
        return micros[SYNCS / 2];
    }

    /** Without this a measurement says nothing. */
    static String text() {
        return "%s %s, %d processors%s, %,d MB, Java %s, load %.1f"
                .formatted(
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        Runtime.getRuntime().availableProcessors(),
                        processor(),
                        memoryMegabytes(),
                        Runtime.version(),
                        SYSTEM.getSystemLoadAverage());
    }

    private static String processor() {
        Path file = PROC.resolve("cpuinfo");
        try {
            List<String> lines = Files.isReadable(file) ? Files.readAllLines(file) : List.of();
            return lines.stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> " (" + line.substring(line.indexOf(':') + 1).strip() + ")")
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    /** The fields of /proc/pid/stat by their documented number; none when the process has gone. */
    private static String[] stat(Path process) {
        Path file = process.resolve("stat");
        if (!Files.isReadable(file)) {
            return new String[0];
        }
        try {
            String line = Files.readString(file, StandardCharsets.ISO_8859_1);
            // the name, field 2, may hold spaces and brackets
            return ("pid name" + line.substring(line.lastIndexOf(')') + 1).stripTrailing()).split(" ", -1);
        } catch (IOException e) {
            return new String[0];
        }
    }

    private static double number(String[] stat, int field) {
        return Double.parseDouble(stat[field - 1]);
    }
}
