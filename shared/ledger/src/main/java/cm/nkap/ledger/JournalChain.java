package cm.nkap.ledger;

import java.time.Instant;
import java.util.List;

/** Follows the journals in the order of their numbers and looks at each with what stood before it. */
final class JournalChain {
    private final Findings findings;
    private final Positions positions;
    private final boolean fromGenesis;
    private long last;
    private Hash hash;
    private Instant lastPosted = Instant.MIN;
    private long postings;

    /** @param fromGenesis nothing stood before; otherwise accounts are taken as the first posting after it finds them */
    JournalChain(Findings findings, Positions positions, long last, Hash hash, boolean fromGenesis) {
        this.findings = findings;
        this.positions = positions;
        this.last = last;
        this.hash = hash;
        this.fromGenesis = fromGenesis;
    }

    long last() {
        return last;
    }

    Hash hash() {
        return hash;
    }

    Instant lastPosted() {
        return lastPosted;
    }

    long postings() {
        return postings;
    }

    /** Looks at journals that follow the last and at all postings up to the end of the page, both in order. */
    void check(List<StoredJournal> journals, List<StoredJournal.Leg> legs) {
        int leg = 0;
        for (StoredJournal journal : journals) {
            if (journal.seq() != last + 1) {
                findings.add("journal.missing", "journal " + (last + 1), "the next one is " + journal.seq());
            }
            int first = leg;
            while (first < legs.size() && legs.get(first).seq() < journal.seq()) {
                orphan(legs.get(first++));
            }
            leg = first;
            while (leg < legs.size() && legs.get(leg).seq() == journal.seq()) {
                leg++;
            }
            check(journal, legs.subList(first, leg));
        }
        legs.subList(leg, legs.size()).forEach(this::orphan);
    }

    private void orphan(StoredJournal.Leg leg) {
        findings.add("posting.journal", leg.about(), "there is no such journal");
    }

    private void check(StoredJournal journal, List<StoredJournal.Leg> legs) {
        findings.require(
                !journal.postedAt().isBefore(lastPosted),
                "journal.posted_at",
                journal.about(),
                journal.postedAt() + " is before " + lastPosted + " of the journal before");
        for (int i = 0; i < legs.size(); i++) {
            follow(legs.get(i), i + 1);
        }
        checkHeader(journal, legs);
        findings.require(
                journal.fingerprint().equals(journal.fingerprintOf(legs)),
                "journal.fingerprint",
                journal.about(),
                "is not that of its kind, tenant, payment, day, reversal and legs by account name");
        findings.require(
                journal.hash().equals(journal.chained(hash, legs)),
                "journal.hash",
                journal.about(),
                "does not follow from what is stored and the hash before");
        last = journal.seq();
        hash = journal.hash();
        lastPosted = journal.postedAt();
        postings += legs.size();
    }

    private void checkHeader(StoredJournal journal, List<StoredJournal.Leg> legs) {
        long net = 0;
        long total = 0;
        for (StoredJournal.Leg leg : legs) {
            net += leg.amount();
            total += Math.max(leg.amount(), 0);
        }
        findings.require(net == 0, "journal.balanced", journal.about(), "its legs net to " + net);
        findings.require(
                legs.size() == journal.legs() && total == journal.total(),
                "journal.legs",
                journal.about(),
                legs.size() + " legs of " + total + ", its header says " + journal.legs() + " of " + journal.total());
    }

    private void follow(StoredJournal.Leg leg, int line) {
        findings.require(leg.line() == line, "posting.line", leg.about(), "is line " + line + " by order");
        if (leg.account() == null || leg.accountId() <= 0) {
            findings.add("posting.account", leg.about(), "there is no account " + leg.accountId());
            return;
        }
        int place = positions.find(leg.accountId());
        if (place < 0) {
            place = fromGenesis ? positions.place(leg.accountId(), 0, 0, 0) : asFound(leg);
        }
        long version = positions.version(place) + 1;
        findings.require(
                leg.version() == version, "posting.version", leg.about(), leg.version() + " instead of " + version);
        long held = leg.sign() * (positions.credits(place) - positions.debits(place)) + leg.growth();
        findings.require(
                leg.balanceAfter() == held,
                "posting.balance_after",
                leg.about(),
                leg.balanceAfter() + " instead of " + held + " on " + leg.account());
        positions.move(place, leg.version(), leg.amount());
    }

    private int asFound(StoredJournal.Leg leg) {
        long before = leg.sign() * (leg.balanceAfter() - leg.growth());
        return positions.place(leg.accountId(), leg.version() - 1, Math.max(-before, 0), Math.max(before, 0));
    }
}
