package cm.nkap.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the machine of a measurement was, without which its numbers say nothing. */
public record Shape(String text) {
    public static Shape ofThisMachine() {
        String cpu = field(Path.of("/proc/cpuinfo"), "model name");
        String memory = field(Path.of("/proc/meminfo"), "MemTotal");
        return new Shape("%s %s, %d processors%s%s, Java %s"
                .formatted(
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        Runtime.getRuntime().availableProcessors(),
                        cpu.isEmpty() ? "" : ", " + cpu,
                        memory.isEmpty() ? "" : ", memory " + memory,
                        Runtime.version()));
    }

    @Override
    public String toString() {
        return text;
    }

    private static String field(Path file, String name) {
        try {
            List<String> lines = Files.isReadable(file) ? Files.readAllLines(file) : List.of();
            return lines.stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
