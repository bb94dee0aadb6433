package cm.nkap.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Follows the seals and holds them against the chains of journals and accounts. */
final class SealChain {
    private final Findings findings;
    private final Set<LocalDate> periods;
    private long number;
    private Instant until = Instant.MIN;
    private long lastSeq;
    private Hash journalHash = Hash.GENESIS;
    private Hash accountHash = Hash.GENESIS;
    private Hash root = Hash.GENESIS;
    private @Nullable LocalDate closedThrough;

    /** @param trusted the seal that is taken as it is; null to begin at the first */
    SealChain(Findings findings, @Nullable StoredSeal trusted, Set<LocalDate> periods) {
        this.findings = findings;
        this.periods = periods;
        if (trusted != null) {
            move(trusted);
        }
    }

    long number() {
        return number;
    }

    Instant until() {
        return until;
    }

    @Nullable
    LocalDate closedThrough() {
        return closedThrough;
    }

    void check(StoredSeal seal, AccountChain accounts) {
        if (seal.number() != number + 1) {
            findings.add("seal.missing", "seal " + (number + 1), "the next one is " + seal.number());
        }
        checkPlace(seal);
        checkTime(seal);
        @Nullable Hash chained = seal.lastSeq() < seal.firstSeq() ? journalHash : seal.hashAtLast();
        require(
                seal,
                seal.journalHash().equals(chained),
                "seal.journal_hash",
                "is not the hash of journal " + seal.lastSeq());
        AccountChain.Part part = accounts.part(seal.number(), accountHash);
        require(
                seal,
                seal.accounts() == part.count(),
                "seal.accounts",
                seal.accounts() + " accounts, " + part.count() + " are there");
        require(seal, seal.accountHash().equals(part.hash()), "seal.account_hash", "is not where its accounts end");
        require(seal, seal.previous().equals(root), "seal.previous", "is not the root of the seal before");
        require(
                seal,
                seal.root().equals(seal.computedRoot()),
                "seal.root",
                seal.root() + " does not follow from what is stored");
        move(seal);
    }

    private void checkPlace(StoredSeal seal) {
        require(
                seal,
                seal.firstSeq() == lastSeq + 1 && seal.lastSeq() >= lastSeq,
                "seal.journals",
                seal.firstSeq() + " to " + seal.lastSeq() + " does not follow " + lastSeq);
        LocalDate closed = seal.closedThrough();
        require(
                seal,
                closed == null ? closedThrough == null : periods.contains(closed),
                "seal.closed_through",
                "no period was closed through " + closed);
    }

    private void checkTime(StoredSeal seal) {
        require(
                seal,
                seal.until().isAfter(until)
                        && seal.until().getEpochSecond() % Duration.ofHours(1).toSeconds() == 0,
                "seal.until",
                seal.until() + " is no hour after " + until);
        require(seal, !seal.sealedAt().isBefore(seal.until()), "seal.sealed_at", "was sealed before its hour was over");
        Instant posted = seal.lastSeq() < seal.firstSeq() ? null : seal.lastPosted();
        require(
                seal,
                (posted == null || posted.isBefore(seal.until()))
                        && (seal.nextPosted() == null || !seal.nextPosted().isBefore(seal.until())),
                "seal.until",
                "journal " + seal.lastSeq() + " is not the last before " + seal.until());
    }

    private void require(StoredSeal seal, boolean holds, String check, String detail) {
        findings.require(holds, check, seal.about(), detail);
    }

    private void move(StoredSeal seal) {
        number = seal.number();
        until = seal.until();
        lastSeq = seal.lastSeq();
        journalHash = seal.journalHash();
        accountHash = seal.accountHash();
        root = seal.root();
        closedThrough = seal.closedThrough();
    }
}
