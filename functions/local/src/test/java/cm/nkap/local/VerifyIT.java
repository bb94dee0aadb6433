package cm.nkap.local;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.ledger.Account;
import cm.nkap.ledger.AccountType;
import cm.nkap.ledger.Journal;
import cm.nkap.ledger.Ledger;
import cm.nkap.ledger.Posting;
import cm.nkap.ledger.SealedRoot;
import cm.nkap.ledger.Seals;
import cm.nkap.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that an operator runs, as a process of its own. */
class VerifyIT {
    private final TestDatabase database = TestDatabase.create();
    private final Jdbi admin = Jdbi.create(database.admin());

    @TempDir
    Path folder;

    private record Said(int exit, String text) {}

    @BeforeEach
    void post() {
        Ledger ledger = new Ledger();
        Jdbi.create(database.app()).useTransaction(tx -> {
            tx.execute("SET LOCAL nkap.orgs = '*'");
            ledger.open(
                    tx,
                    List.of(
                            new Account("bank", AccountType.ASSET, null, Account.PLATFORM),
                            new Account("equity", AccountType.EQUITY, null, Account.PLATFORM)));
            for (String key : List.of("first", "second")) {
                ledger.post(
                        tx,
                        List.of(new Journal(
                                key,
                                "test",
                                Account.PLATFORM,
                                null,
                                List.of(Posting.debit("bank", 5), Posting.credit("equity", 5)))));
            }
        });
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void saysThatNothingIsWrongOrWhichRowIsTheFirstBadOne() throws Exception {
        assertThat(run(Map.of()).text()).contains("2 journals with 4 postings").contains("Nothing is wrong.");
        assertThat(run(Map.of()).exit()).isZero();

        tamper("UPDATE ledger.journal SET kind = 'other' WHERE seq = 2");

        Said said = run(Map.of());
        assertThat(said.exit()).isEqualTo(1);
        assertThat(said.text()).contains("First bad row: journal 2");
    }

    @Test
    void holdsTheBooksAgainstTheKeptRootsThatItsKeySigned() throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        SealedRoot root = sealed();
        Path kept = Files.writeString(folder.resolve("roots.txt"), root.sign(keys.getPrivate()) + "\n");
        // The version that signed, and the next one.
        Map<String, String> signer = Map.of("NKAP_SEAL_PUBLIC_KEY", text(otherKeys()) + ", " + text(keys));

        assertThat(run(signer, kept.toString()).text()).contains("1 kept roots").contains("Nothing is wrong.");
        Said stranger = run(Map.of("NKAP_SEAL_PUBLIC_KEY", text(otherKeys())), kept.toString());
        assertThat(stranger.exit()).isEqualTo(2);
        assertThat(stranger.text()).contains("not signed by this key");

        tamper("DELETE FROM ledger.seal; INSERT INTO ledger.awaiting_seal SELECT account_id, false, now() FROM"
                + " ledger.sealed_account; DELETE FROM ledger.sealed_account; UPDATE ledger.head SET posted_at ="
                + " (SELECT max(posted_at) FROM ledger.journal)");
        assertThat(run(signer).exit()).isZero();
        assertThat(run(signer, kept.toString()).text()).contains("First bad row: seal 1");
    }

    private static KeyPair otherKeys() throws GeneralSecurityException {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    private static String text(KeyPair keys) {
        return Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    }

    private SealedRoot sealed() {
        admin.useHandle(tx -> tx.createQuery("SELECT ledger.seal_until(now() + interval '1 hour')")
                .mapTo(Integer.class)
                .one());
        return Jdbi.create(database.app()).inTransaction(tx -> {
            tx.execute("SET LOCAL nkap.orgs = '*'");
            return new Seals().after(tx, 0, 1).getFirst();
        });
    }

    private void tamper(String crime) {
        try (Handle handle = admin.open()) {
            for (String table : List.of("journal", "seal", "sealed_account", "head")) {
                handle.execute("ALTER TABLE ledger." + table + " DISABLE TRIGGER USER");
            }
            handle.createScript(crime).executeAsSeparateStatements();
        }
    }

    private Said run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Verify.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(database.settings());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }
}
