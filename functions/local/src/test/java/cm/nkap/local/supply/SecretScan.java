package cm.nkap.local.supply;

import cm.nkap.local.Repository;
import cm.nkap.local.supply.SecretDetector.Hit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks for secrets in the files that git keeps, and in everything that was ever committed. */
final class SecretScan {
    private static final int FINGERPRINT = 16;

    private SecretScan() {}

    /**
     * @param fingerprint begin of the SHA-256 of the secret, so that a report shows no secret
     * @param place path and line, or path and commit
     */
    record Finding(SecretDetector detector, String fingerprint, String place) {
        @Override
        public String toString() {
            return fingerprint + "  " + detector + "  " + place;
        }
    }

    static List<Finding> in(String text, String place) {
        Map<Integer, Finding> found = new LinkedHashMap<>();
        for (SecretDetector detector : SecretDetector.values()) {
            for (Hit hit : detector.in(text)) {
                long line = 1
                        + text.substring(0, hit.at())
                                .chars()
                                .filter(letter -> letter == '\n')
                                .count();
                found.putIfAbsent(hit.at(), new Finding(detector, fingerprint(hit.secret()), place + ":" + line));
            }
        }
        return List.copyOf(found.values());
    }

    /** What stands in the files of this work tree that git keeps or would keep; without git, in all files. */
    static List<Finding> tree() {
        List<Finding> found = new ArrayList<>();
        for (String path : hasGit() ? tracked() : Repository.files("")) {
            byte[] bytes = bytes(Repository.at(path));
            if (!isBinary(bytes)) {
                found.addAll(in(new String(bytes, StandardCharsets.UTF_8), path));
            }
        }
        return found;
    }

    /** What any commit that is here ever added, its message included; of the same text only the first is reported. */
    static List<Finding> history(Path folder) {
        Process git = git(
                folder,
                "log",
                "--all",
                "-p",
                "-U0",
                "--no-color",
                "--no-ext-diff",
                "--no-textconv",
                "--no-renames",
                "-m");
        var patches = new Patches();
        try (BufferedReader lines = git.inputReader(StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                patches.take(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the history", e);
        }
        patches.end();
        expectSuccess(git);
        return patches.found;
    }

    /** Whether the history is here, and git to read it. */
    static boolean hasGit() {
        if (!Files.exists(Repository.at(".git"))) {
            return false;
        }
        try {
            return git(Repository.at("."), "rev-parse", "--git-dir").waitFor() == 0;
        } catch (UncheckedIOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    static String fingerprint(String secret) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, FINGERPRINT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Added lines, put together again as they stood beside each other. */
    private static final class Patches {
        private final List<Finding> found = new ArrayList<>();
        private final Set<String> seen = new HashSet<>();
        private final StringBuilder text = new StringBuilder();
        private String commit = "";
        private String path = "";

        void take(String line) {
            boolean added = line.startsWith("+") && !line.startsWith("+++ ");
            if (added || line.startsWith("    ")) {
                text.append(line, added ? 1 : 4, line.length()).append('\n');
                return;
            }
            end();
            if (line.startsWith("commit ")) {
                commit = line.substring("commit ".length(), "commit ".length() + 10);
                path = "message";
            } else if (line.startsWith("+++ ")) {
                path = line.substring(line.startsWith("+++ b/") ? 6 : 4);
            }
        }

        void end() {
            if (!text.isEmpty() && seen.add(text.toString())) {
                in(text.toString(), path + "@" + commit).stream()
                        .filter(finding -> seen.add(finding.fingerprint()))
                        .forEach(found::add);
            }
            text.setLength(0);
        }
    }

    private static List<String> tracked() {
        Process git = git(Repository.at("."), "ls-files", "-z", "--cached", "--others", "--exclude-standard");
        try (BufferedReader names = git.inputReader(StandardCharsets.UTF_8)) {
            List<String> paths = List.of(names.readAllAsString().split("\0"));
            expectSuccess(git);
            // A file that was deleted and not yet committed is still listed.
            return paths.stream()
                    .filter(path -> Files.isRegularFile(Repository.at(path)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the files", e);
        }
    }

    private static Process git(Path folder, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-c", "core.quotePath=false", "-c", "safe.directory=*"));
        command.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run git", e);
        }
    }

    private static void expectSuccess(Process git) {
        try {
            int status = git.waitFor();
            if (status != 0) {
                throw new IllegalStateException("git ended with " + status);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static boolean isBinary(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
