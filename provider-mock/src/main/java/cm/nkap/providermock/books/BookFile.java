package cm.nkap.providermock.books;

import cm.nkap.providermock.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import wiremock.com.fasterxml.jackson.core.JsonProcessingException;

/**
 * The append-only file behind the books, one JSON entry a line. A line is in the kernel before the caller is answered,
 * so a killed simulator forgets nothing that it promised; it does not survive the loss of the machine.
 */
final class BookFile implements AutoCloseable {
    private static final byte NEWLINE = '\n';

    private final @Nullable FileChannel channel;

    private BookFile(@Nullable FileChannel channel) {
        this.channel = channel;
    }

    static BookFile nowhere() {
        return new BookFile(null);
    }

    static BookFile open(Path file, Consumer<Entry> replay) {
        try {
            if (Files.exists(file)) {
                dropTornLine(file);
                try (Stream<String> lines = Files.lines(file)) {
                    lines.map(BookFile::parse).forEach(replay);
                }
            } else {
                Path parent = file.toAbsolutePath().getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
            }
            return new BookFile(FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the books in " + file, e);
        }
    }

    /** A kill in the middle of a write leaves half a line, which nobody was promised. */
    private static void dropTornLine(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = channel.size();
            ByteBuffer one = ByteBuffer.allocate(1);
            while (end > 0) {
                one.clear();
                channel.read(one, end - 1);
                if (one.get(0) == NEWLINE) {
                    break;
                }
                end--;
            }
            channel.truncate(end);
        }
    }

    private static Entry parse(String line) {
        try {
            return Json.MAPPER.readValue(line, Entry.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("the books hold a line that is no entry: " + line, e);
        }
    }

    void append(Entry entry) {
        if (channel == null) {
            return;
        }
        ByteBuffer line = ByteBuffer.wrap((Json.text(entry, Entry.class) + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (line.hasRemaining()) {
                channel.write(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the books", e);
        }
    }

    void clear() {
        if (channel == null) {
            return;
        }
        try {
            channel.truncate(0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clear the books", e);
        }
    }

    @Override
    public void close() {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the books", e);
        }
    }
}
