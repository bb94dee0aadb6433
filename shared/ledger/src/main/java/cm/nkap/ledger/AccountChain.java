package cm.nkap.ledger;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Follows the chain of sealed accounts. */
final class AccountChain {
    /** What one seal covers. */
    record Part(long count, Hash hash) {}

    private final Findings findings;
    private final Map<Long, Part> parts = new HashMap<>();
    private long seal;
    private long account = Long.MAX_VALUE;
    private Hash hash;
    private long links;

    /** @param seal the last that is taken as it is; the links of those behind it are looked at */
    AccountChain(Findings findings, long seal, Hash hash) {
        this.findings = findings;
        this.seal = seal;
        this.hash = hash;
    }

    /** The seal of the last link. */
    long seal() {
        return seal;
    }

    /** The account of the last link. */
    long account() {
        return account;
    }

    long links() {
        return links;
    }

    void check(List<StoredAccount.Link> page) {
        for (StoredAccount.Link link : page) {
            boolean follows = link.hash().equals(link.chained(hash));
            findings.require(
                    follows,
                    "account.hash",
                    link.about(),
                    link.name() == null
                            ? "is not there any more, seal " + link.seal() + " covers it"
                            : "number, name, type, tenant, floor or time of opening is not what seal " + link.seal()
                                    + " covers");
            seal = link.seal();
            account = link.id();
            hash = link.hash();
            links++;
            parts.merge(seal, new Part(1, hash), (old, one) -> new Part(old.count() + 1, one.hash()));
        }
    }

    /** How many accounts a seal covers and where their chain ends. */
    Part part(long number, Hash before) {
        return parts.getOrDefault(number, new Part(0, before));
    }
}
