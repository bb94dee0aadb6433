package cm.nkap.sweep;

import cm.nkap.function.Database;
import cm.nkap.function.Orgs;
import cm.nkap.ledger.SealedRoot;
import cm.nkap.ledger.Seals;
import cm.nkap.ledger.Seals.Signature;
import cm.nkap.secrets.Keyed;
import cm.nkap.secrets.SecretStore;
import cm.nkap.secrets.SecretsFailure;
import cm.nkap.secrets.StoreKeys;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs the seals that have no signature, each after it was committed and outside of any transaction: while the store of
 * keys is away the books are sealed on time, and the next sweep signs what waits; so also after a crash in between.
 */
final class SealSigning {
    private static final Logger LOG = LoggerFactory.getLogger(SealSigning.class);
    private static final int AT_ONCE = 50;

    private final Database database;
    private final SecretStore keys;
    private final Seals seals = new Seals();

    SealSigning(Database database, SecretStore keys) {
        this.database = database;
        this.keys = keys;
    }

    /** Returns how many it signed. */
    int sign() {
        List<SealedRoot> unsigned = database.read(Orgs.all(), tx -> seals.unsigned(tx.handle(), AT_ONCE));
        int signed = 0;
        try {
            for (SealedRoot seal : unsigned) {
                Signature signature = signature(seal);
                signed += database.inTransaction(Orgs.all(), tx -> seals.sign(tx.handle(), signature)) ? 1 : 0;
            }
        } catch (SecretsFailure e) {
            LOG.warn("msg=seals_unsigned waiting={} reason=\"{}\"", unsigned.size() - signed, e.getMessage());
        }
        return signed;
    }

    private Signature signature(SealedRoot seal) {
        Keyed made = keys.sign(StoreKeys.LEDGER_SEALS, seal.message());
        byte[] publicKey = keys.publicKey(StoreKeys.LEDGER_SEALS, made.version())
                .orElseThrow(() -> new SecretsFailure.Missing(
                        "version " + made.version() + " of " + StoreKeys.LEDGER_SEALS + " has no public key"));
        return new Signature(seal.number(), made.version(), publicKey, made.bytes());
    }
}
