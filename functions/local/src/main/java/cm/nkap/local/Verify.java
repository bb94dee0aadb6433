package cm.nkap.local;

import cm.nkap.ledger.Finding;
import cm.nkap.ledger.SealedRoot;
import cm.nkap.ledger.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Verifies the ledger of a database, as the application's role: {@code ./dev verify [file]} with the roots that were kept
 * outside, one line each as {@code GET /v1/seals} gives them. Exits with 0 when nothing is wrong, with 1 and the first bad
 * row when something is, with 2 when it could not look. Signatures are asked for when {@code NKAP_SEAL_PUBLIC_KEY} says
 * whose: keys in base64 of X.509, one for each version of the key that signed, with commas between.
 */
public final class Verify {
    private static final int MOST = 20;

    private Verify() {}

    public static void main(String[] arguments) {
        try {
            Map<String, String> environment = System.getenv();
            List<SealedRoot> kept = arguments.length == 0 ? List.of() : kept(Path.of(arguments[0]), environment);
            System.exit(verify(environment, kept) ? 0 : 1);
        } catch (IOException | IllegalArgumentException | IllegalStateException | JdbiException e) {
            System.err.println("Nothing is verified: " + e.getMessage());
            System.exit(2);
        }
    }

    private static boolean verify(Map<String, String> environment, List<SealedRoot> kept) {
        long began = System.nanoTime();
        Verifier.Report report = new Verifier(MOST).verify(database(environment), kept);
        System.out.printf(
                "%d journals with %d postings, %d account openings and closings, %d seals, %d kept roots, in %.1f s%n",
                report.journals(),
                report.postings(),
                report.accounts(),
                report.seals(),
                kept.size(),
                (System.nanoTime() - began) / 1e9);
        if (report.clean()) {
            System.out.println("Nothing is wrong.");
            return true;
        }
        Finding first = report.findings().getFirst();
        System.out.println("First bad row: " + first.about());
        report.findings().forEach(finding -> System.out.println("  " + finding));
        return false;
    }

    private static Jdbi database(Map<String, String> environment) {
        String url = Api.required(environment, "DATABASE_URL");
        Properties properties = new Properties();
        for (String name : List.of("USER", "PASSWORD")) {
            String value = environment.getOrDefault("DATABASE_" + name, "");
            if (!value.isEmpty()) {
                properties.setProperty(name.equals("USER") ? "user" : "password", value);
            }
        }
        return Jdbi.create(url.startsWith("jdbc:") ? url : "jdbc:" + url, properties);
    }

    private static List<SealedRoot> kept(Path file, Map<String, String> environment) throws IOException {
        List<String> lines = Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank())
                .toList();
        String key = environment.getOrDefault("NKAP_SEAL_PUBLIC_KEY", "");
        if (key.isEmpty()) {
            return lines.stream().map(SealedRoot::parse).toList();
        }
        List<PublicKey> signers =
                Arrays.stream(key.split(",", -1)).map(Verify::signer).toList();
        return lines.stream().map(line -> signed(line, signers)).toList();
    }

    /** The root in a line that one of the keys signed. */
    private static SealedRoot signed(String line, List<PublicKey> signers) {
        IllegalArgumentException refused = new IllegalArgumentException("no key");
        for (PublicKey signer : signers) {
            try {
                return SealedRoot.verify(line, signer);
            } catch (IllegalArgumentException e) {
                refused = e;
            }
        }
        throw refused;
    }

    private static PublicKey signer(String key) {
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(key.strip())));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("NKAP_SEAL_PUBLIC_KEY is not base64 of an X.509 Ed25519 key", e);
        }
    }
}
