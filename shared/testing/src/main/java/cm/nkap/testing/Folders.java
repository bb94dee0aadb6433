package cm.nkap.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the real parts of a test keep their data: one folder for each JVM, gone at its end. A JVM that was killed
 * leaves its folder and its child processes behind; the next one finds both here and ends them.
 */
final class Folders {
    private static final Pattern JVM = Pattern.compile("jvm-(\\d+)-(\\d+)");
    private static @Nullable Path ofThisJvm;

    private Folders() {}

    static Path cache(String name) {
        try {
            return Files.createDirectories(Given.cache().resolve(name));
        } catch (IOException e) {
            return created(base().resolve("cache").resolve(name));
        }
    }

    /** A folder of this name in this JVM's own folder. */
    static synchronized Path temporary(String name) {
        Path own = ofThisJvm;
        if (own == null) {
            sweep(base());
            Mark mark = Mark.of(ProcessHandle.current());
            own = created(base().resolve("jvm-" + mark.pid() + "-" + mark.started()));
            Path leaving = own;
            AtExit.then(() -> delete(leaving));
            ofThisJvm = own;
        }
        return created(own.resolve(name));
    }

    /** Ends what JVMs that no longer live have left running under {@code base}, and deletes their folders. */
    static void sweep(Path base) {
        List<Path> folders;
        try (Stream<Path> listed = Files.list(created(base))) {
            folders = listed.toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look for left-overs in " + base, e);
        }
        for (Path folder : folders) {
            Matcher name = JVM.matcher(folder.getFileName().toString());
            if (name.matches()
                    && !new Mark(Long.parseLong(name.group(1)), Long.parseLong(name.group(2)), "").isAlive()) {
                Child.endOrphans(folder);
                delete(folder);
            }
        }
    }

    static Path base() {
        return Path.of(System.getProperty("java.io.tmpdir"), "nkap-testing-" + System.getProperty("user.name"));
    }

    static Path created(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create " + folder, e);
        }
    }

    /** Deletes a folder with all that is in it; somebody else may be deleting it at the same time. */
    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                    Files.deleteIfExists(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }
}
