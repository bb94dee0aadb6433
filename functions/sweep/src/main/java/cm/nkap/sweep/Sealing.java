package cm.nkap.sweep;

import cm.nkap.events.LedgerEvent;
import cm.nkap.function.Tx;
import cm.nkap.ledger.SealedRoot;
import cm.nkap.ledger.Seals;
import java.util.List;

/** Seals the hours of the ledger that are over and tells their roots, so that they are known outside the database too. */
final class Sealing {
    private static final String PLATFORM_ORG = "nkap";

    private final Seals seals = new Seals();

    /** Returns how many hours it sealed. */
    int seal(Tx tx) {
        List<SealedRoot> sealed = seals.seal(tx.handle());
        for (SealedRoot seal : sealed) {
            tx.emit(
                    PLATFORM_ORG,
                    new LedgerEvent.Sealed(seal.number(), seal.until().toString(), seal.lastSeq(), seal.root()));
        }
        return sealed.size();
    }
}
