package cm.nkap.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The files of this repository, without what builds and runs leave in it. */
public final class Repository {
    private static final Set<String> MADE = Set.of("target", ".git", ".dev", ".cache", ".idea", "node_modules");
    private static final Path ROOT = root();
    private static final List<Path> FILES = walk(ROOT);

    private Repository() {}

    public static Path at(String path) {
        return ROOT.resolve(path);
    }

    /** Every file whose name ends so, by its path from the top. */
    public static List<String> files(String... endings) {
        return FILES.stream()
                .map(file -> ROOT.relativize(file).toString())
                .filter(path -> endsWithOne(path, endings))
                .sorted()
                .toList();
    }

    public static String text(String path) {
        try {
            return Files.readString(at(path));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    static void write(String path, String text) {
        try {
            Files.writeString(at(path), text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path, e);
        }
    }

    /** The folders directly in a folder, by name; what is left of a folder that moved away is none. */
    public static List<String> folders(String path) {
        try (var entries = Files.list(at(path))) {
            return entries.filter(entry -> Files.exists(entry.resolve("pom.xml")))
                    .map(entry -> entry.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + path, e);
        }
    }

    private static boolean endsWithOne(String path, String... endings) {
        for (String ending : endings) {
            if (path.endsWith(ending)) {
                return true;
            }
        }
        return false;
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("dev")) || !Files.exists(folder.resolve("functions"))) {
            Path parent = folder.getParent();
            if (parent == null) {
                throw new IllegalStateException(
                        "run inside the repository, not in " + Path.of("").toAbsolutePath());
            }
            folder = parent;
        }
        return folder;
    }

    private static List<Path> walk(Path root) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    boolean made = MADE.contains(folder.getFileName().toString());
                    return made ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    found.add(file);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot walk " + root, e);
        }
        return found;
    }
}
