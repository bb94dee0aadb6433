package cm.nkap.ledger.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Somebody else's ledger in SQL, named on the command line; its code is never in this repository.
 *
 * @param files loaded in this order, in one transaction, into an empty database
 * @param account opens the account {@code $name} and answers its id
 * @param single moves {@code $amount} from {@code $from} to {@code $to}
 * @param batch moves {@code $transfers}, an array of (from, to, amount) as text; null when it has no such call
 */
record Peer(
        String name,
        List<Path> files,
        String account,
        String single,
        @Nullable String batch) {
    private static final List<String> PGLEDGER = List.of(
            "vendor/scoville-pgsql-ulid/ulid-to-uuid.sql",
            "vendor/scoville-pgsql-ulid/uuid-to-ulid.sql",
            "pgledger.sql");

    /**
     * What {@code --peer} says: {@code pgledger=FOLDER} with its repository, or files or a folder of them, whose calls
     * the other options tell.
     */
    static Peer of(String peer, @Nullable String account, @Nullable String single, @Nullable String batch) {
        if (peer.startsWith("pgledger=")) {
            Path folder = Path.of(peer.substring("pgledger=".length()));
            return new Peer(
                    "pgledger",
                    existing(PGLEDGER.stream().map(folder::resolve).toList()),
                    "SELECT id FROM pgledger_create_account($name, 'XAF')",
                    "SELECT id FROM pgledger_create_transfer($from, $to, $amount::numeric)",
                    "SELECT id FROM pgledger_create_transfers(transfer_requests => $transfers::transfer_request[])");
        }
        if (account == null || single == null) {
            throw new IllegalArgumentException("--peer needs --peer-account and --peer-single");
        }
        List<Path> files = new ArrayList<>();
        for (String part : peer.split(",", -1)) {
            files.addAll(sql(Path.of(part)));
        }
        return new Peer("peer", existing(files), account, single, batch);
    }

    String script() {
        StringBuilder script = new StringBuilder();
        try {
            for (Path file : files) {
                script.append(Files.readString(file)).append('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the peer's SQL", e);
        }
        return script.toString();
    }

    private static List<Path> sql(Path path) {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> listed = Files.list(path)) {
            return listed.filter(file -> file.toString().endsWith(".sql"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look into " + path, e);
        }
    }

    private static List<Path> existing(List<Path> files) {
        List<Path> missing =
                files.stream().filter(file -> !Files.isRegularFile(file)).toList();
        if (files.isEmpty() || !missing.isEmpty()) {
            throw new IllegalArgumentException("--peer: no such file: " + Arrays.toString(missing.toArray()));
        }
        return files;
    }
}
