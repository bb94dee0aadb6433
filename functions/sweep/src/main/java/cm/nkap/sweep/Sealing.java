package cm.nkap.sweep;

import cm.nkap.events.LedgerEvent;
import cm.nkap.function.Database;
import cm.nkap.function.Orgs;
import cm.nkap.function.Tx;
import cm.nkap.ledger.SealedRoot;
import cm.nkap.ledger.Seals;
import java.util.List;
import java.util.Optional;

/**
 * Seals the hours of the ledger that are over and tells their roots, so that they are known outside the database too; then
 * has them signed.
 */
final class Sealing {
    private static final String PLATFORM_ORG = "nkap";

    private final Seals seals = new Seals();
    private final Database database;
    private final Optional<SealSigning> signing;

    /** @param signing empty where no key outlives the process */
    Sealing(Database database, Optional<SealSigning> signing) {
        this.database = database;
        this.signing = signing;
    }

    /** Returns how many hours it sealed. */
    int run() {
        int sealed = database.inTransaction(Orgs.all(), this::seal);
        signing.ifPresent(SealSigning::sign);
        return sealed;
    }

    private int seal(Tx tx) {
        List<SealedRoot> sealed = seals.seal(tx.handle());
        for (SealedRoot seal : sealed) {
            tx.emit(
                    PLATFORM_ORG,
                    new LedgerEvent.Sealed(seal.number(), seal.until().toString(), seal.lastSeq(), seal.root()));
        }
        return sealed.size();
    }
}
