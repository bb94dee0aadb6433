package cm.nkap.local.supply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cm.nkap.local.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No secret is in the files or in the history. What only looks like one is in {@code allowed.txt}, with its reason. */
class SecretScanTest {
    private static final String LIST = "functions/local/src/test/resources/supply/allowed.txt";
    /** Fingerprint to where it is and why it may be. */
    private static final Map<String, String> ALLOWED = allowed();

    @TempDir
    Path folder;

    @Test
    void theFilesHoldNoSecret() {
        assertThat(unknown(SecretScan.tree()))
                .as("take the secret out and change it where it opens something; what is none joins " + LIST)
                .isEmpty();
    }

    @Test
    void theHistoryHoldsNoSecret() {
        assumeTrue(SecretScan.hasGit(), "unpacked without its history");

        assertThat(unknown(SecretScan.history(Repository.at("."))))
                .as("what was committed is known to others: change it where it opens something; what is none joins "
                        + LIST)
                .isEmpty();
    }

    @Test
    void theListAllowsOnlyWhatIsThere() {
        Set<String> needless = new HashSet<>(ALLOWED.keySet());
        SecretScan.tree().forEach(finding -> needless.remove(finding.fingerprint()));
        needless.removeIf(fingerprint -> ALLOWED.getOrDefault(fingerprint, "").startsWith("history "));

        assertThat(needless).as("nowhere any more: take it off " + LIST).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(SecretDetector.class)
    void findsWhatIsPlanted(SecretDetector detector) {
        String sample = sample(detector);

        assertThat(SecretScan.in("first line\n" + sample + "\nlast line\n", "planted"))
                .extracting(SecretScan.Finding::detector, SecretScan.Finding::place)
                .as(sample)
                .contains(tuple(detector, "planted:2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DATABASE_PASSWORD=$PASSWORD",
                "password = settings.databasePassword()",
                "\"secret\": \"${NKAP_KEYCLOAK_SECRET}\"",
                "NKAP_MTN_API_KEY=vault:kv/nkap/mtn#api_key in the text",
                "postgres://nkap_app:${DATABASE_PASSWORD}@db/nkap",
                "curl -H \"Authorization: Basic $BASIC\"",
                "functions/local/src/test/java/cm/nkap/local/supply/SecretScanTest.java",
                "aRetryAfterATimeoutDoesNotPayTwiceAndTheBooksAgreeV2",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "019a0000-0000-7000-8000-000000000001",
            })
    void leavesOrdinaryTextAlone(String text) {
        assertThat(SecretScan.in(text, "text")).isEmpty();
    }

    @Test
    void findsWhatWasCommittedAndTakenOutAgain() throws IOException, InterruptedException {
        Path file = folder.resolve("settings.properties");
        git("init", "-q");
        Files.writeString(file, sample(SecretDetector.SETTING) + "\n");
        git("add", ".");
        git("commit", "-q", "-m", "With it");
        Files.writeString(file, "nothing\n");
        git("commit", "-q", "-a", "-m", "Without it, but here: " + sample(SecretDetector.VAULT_TOKEN));

        assertThat(SecretScan.history(folder))
                .extracting(SecretScan.Finding::detector)
                .containsExactlyInAnyOrder(SecretDetector.SETTING, SecretDetector.VAULT_TOKEN);
    }

    /** Put together when the test runs: as a literal it would be found in this file. */
    private static String sample(SecretDetector detector) {
        return switch (detector) {
            case PRIVATE_KEY -> "-----BEGIN RSA " + "PRIVATE KEY-----\\n" + random(64);
            case BARE_PRIVATE_KEY -> "key: MC4CAQAw" + "BQYDK2VwBCIE" + random(32);
            case JSON_PRIVATE_KEY -> "{\"kty\":\"OKP\",\"" + "d\":\"" + random(43) + "\"}";
            case JSON_WEB_TOKEN -> "eyJ" + random(20) + ".eyJ" + random(40) + "." + random(43);
            case CLOUD_KEY -> "aws AKIA" + "Q3EGRTWLJ7DX" + "5ZNP";
            case VAULT_TOKEN -> "token hvs" + "." + random(24);
            case CHAT_OR_CODE_TOKEN -> "gh" + "p_" + random(36);
            case PASSWORD_IN_URL -> "postgres://nkap_app:" + "opensesame" + "@db.internal/nkap";
            case BASIC_LOGIN -> "Authorization: " + "Basic " + encoded("user:opensesame");
            case ASSIGNED -> "String pass" + "word = \"opensesame\";";
            case PASSED -> "Map.of(\"api_" + "key\", \"k9-opensesame\")";
            case SETTING -> "NKAP_MTN_API_" + "KEY=k9opensesame";
            case RANDOM_BASE64 -> "value \"" + random(44) + "\"";
            case RANDOM_HEX ->
                "value \"" + Long.toHexString(0x7f3a91c2d4e5b608L).repeat(2) + "\"";
        };
    }

    private static String random(int length) {
        String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        StringBuilder text = new StringBuilder();
        new Random(4).ints(length, 0, letters.length()).forEach(at -> text.append(letters.charAt(at)));
        return text.toString();
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<SecretScan.Finding> unknown(List<SecretScan.Finding> found) {
        return found.stream()
                .filter(finding -> !ALLOWED.containsKey(finding.fingerprint()))
                .toList();
    }

    private void git(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "git", "-c", "user.name=nobody", "-c", "user.email=nobody@example.cm", "-c", "commit.gpgsign=false"));
        command.addAll(Arrays.asList(arguments));
        assertThat(new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    private static Map<String, String> allowed() {
        Map<String, String> allowed = new TreeMap<>();
        for (String line : Repository.text(LIST).lines().toList()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] parts = line.split(" +", 3);
                assertThat(parts).as("fingerprint, place, reason: " + line).hasSize(3);
                allowed.put(parts[0], parts[1] + " " + parts[2]);
            }
        }
        return allowed;
    }
}
