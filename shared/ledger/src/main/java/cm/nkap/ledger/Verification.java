package cm.nkap.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One run of the {@link Verifier}: begin, pages until there are none, finish. */
final class Verification {
    private static final int JOURNALS = 2_000;
    private static final int ACCOUNTS = 5_000;

    private final Findings findings;
    private final List<SealedRoot> exported;
    private final Positions positions = new Positions();
    private final @Nullable StoredSeal trusted;
    private final AccountChain accounts;
    private final JournalChain journals;
    private final long knownSeal;
    private final long knownSeq;
    private boolean accountsDone;
    private boolean journalsDone;
    private long seals;

    /** @param from the seal that is taken as it is, and everything under it; null for none */
    Verification(StoredBooks books, int most, @Nullable SealedRoot from, List<SealedRoot> exported) {
        this.findings = new Findings(most);
        this.exported = exported;
        this.trusted = from == null ? null : trusted(books, from);
        this.accounts = trusted == null
                ? new AccountChain(findings, 0, Hash.GENESIS)
                : new AccountChain(findings, trusted.number(), trusted.accountHash());
        this.journals = trusted == null
                ? new JournalChain(findings, positions, 0, Hash.GENESIS, true)
                : new JournalChain(findings, positions, trusted.lastSeq(), trusted.journalHash(), false);
        this.knownSeal = books.lastSeal();
        this.knownSeq = books.head().map(StoredBooks.Head::nextSeq).orElse(1L);
    }

    /** The seal itself must follow from its row, or its journal and account hashes would be trusted for nothing. */
    private @Nullable StoredSeal trusted(StoredBooks books, SealedRoot from) {
        Optional<StoredSeal> seal = books.seal(from.number());
        if (seal.isPresent()
                && seal.get().is(from)
                && seal.get().root().equals(seal.get().computedRoot())) {
            return seal.get();
        }
        findings.add("seal.exported", "seal " + from.number(), "is not in the books as " + from);
        return null;
    }

    /** Looks at one page of what had been written when the run began, which nobody changes any more; false when done. */
    boolean page(StoredBooks books) {
        if (findings.full()) {
            return false;
        }
        if (!accountsDone) {
            accountsDone = links(books, knownSeal);
        } else if (!journalsDone) {
            journalsDone = journals(books, knownSeq);
        }
        return !accountsDone || !journalsDone;
    }

    /** Looks at what was written meanwhile and at everything that moves; all in one snapshot. */
    void finish(StoredBooks books) {
        while (!findings.full() && !links(books, Long.MAX_VALUE)) {}
        while (!findings.full() && !journals(books, Long.MAX_VALUE)) {}
        if (findings.full()) {
            return;
        }
        StoredBooks.Head head = books.head().orElse(null);
        if (head == null) {
            findings.add("head.missing", "head", "there is none");
            return;
        }
        end(head);
        balances(books);
        List<StoredBooks.Period> periods = books.periods();
        SealChain chain = seals(books, periods);
        periods(books, periods);
        head(head, chain, periods);
        exported(books);
    }

    Verifier.Report report() {
        return new Verifier.Report(
                journals.last() - (trusted == null ? 0 : trusted.lastSeq()),
                journals.postings(),
                accounts.links(),
                seals,
                findings.all());
    }

    private boolean links(StoredBooks books, long to) {
        List<StoredAccount.Link> page = books.links(accounts.seal(), accounts.account(), to, ACCOUNTS);
        accounts.check(page);
        return page.size() < ACCOUNTS;
    }

    private boolean journals(StoredBooks books, long before) {
        long after = journals.last();
        List<StoredJournal> page = books.journals(after, before, JOURNALS);
        boolean done = page.size() < JOURNALS;
        long to = done ? before - 1 : page.getLast().seq();
        journals.check(page, books.legs(after, to));
        return done;
    }

    private void balances(StoredBooks books) {
        var check = new BalanceCheck(findings, positions, trusted == null);
        if (trusted != null) {
            long[] touched = positions.accounts();
            for (int from = 0; from < touched.length && !findings.full(); from += ACCOUNTS) {
                check.check(
                        books.accounts(Arrays.copyOfRange(touched, from, Math.min(from + ACCOUNTS, touched.length))));
            }
            return;
        }
        long walked = 0;
        List<StoredAccount> page = books.accounts(Long.MIN_VALUE, ACCOUNTS);
        while (!page.isEmpty() && !findings.full()) {
            check.check(page);
            walked += page.size();
            page = books.accounts(page.getLast().id(), ACCOUNTS);
        }
        long rows = books.balances();
        findings.require(rows <= walked, "balance.account", "balances", rows + " for " + walked + " accounts");
    }

    private SealChain seals(StoredBooks books, List<StoredBooks.Period> periods) {
        var closed = periods.stream().map(StoredBooks.Period::closedThrough).collect(Collectors.toSet());
        var chain = new SealChain(findings, trusted, closed);
        List<StoredSeal> page = books.seals(chain.number(), ACCOUNTS);
        while (!page.isEmpty() && !findings.full()) {
            page.forEach(seal -> chain.check(seal, accounts));
            seals += page.size();
            page = books.seals(page.getLast().number(), ACCOUNTS);
        }
        findings.require(
                accounts.seal() <= chain.number(),
                "seal.missing",
                "seal " + accounts.seal(),
                "covers accounts and is not there");
        return chain;
    }

    private void periods(StoredBooks books, List<StoredBooks.Period> periods) {
        for (StoredBooks.Period period : periods) {
            @Nullable Hash hash = period.lastSeq() == 0 ? Hash.GENESIS : period.hashAtLast();
            findings.require(
                    period.hash().equals(hash),
                    "period.hash",
                    "period " + period.closedThrough(),
                    "is not the hash of journal " + period.lastSeq());
            findings.require(
                    (period.lastPosted() == null || !period.closedAt().isBefore(period.lastPosted()))
                            && (period.nextPosted() == null
                                    || !period.closedAt().isAfter(period.nextPosted())),
                    "period.closed_at",
                    "period " + period.closedThrough(),
                    "was not closed between journal " + period.lastSeq() + " and the next");
        }
        books.journalInClosedPeriod()
                .ifPresent(
                        seq -> findings.add("journal.effective", "journal " + seq, "is in a period closed before it"));
    }

    private void end(StoredBooks.Head head) {
        long last = journals.last();
        if (head.nextSeq() > last + 1) {
            findings.add("journal.missing", "journal " + (last + 1), "the head is at " + head.nextSeq());
            return;
        }
        findings.require(
                head.nextSeq() == last + 1, "head.next_seq", "head", head.nextSeq() + " instead of " + (last + 1));
        findings.require(head.hash().equals(journals.hash()), "head.hash", "head", "is not that of journal " + last);
    }

    private void head(StoredBooks.Head head, SealChain chain, List<StoredBooks.Period> periods) {
        // posting, sealing and closing a period each move the head's time on
        Instant latest = Stream.concat(
                        Stream.of(chain.until(), journals.lastPosted()),
                        periods.stream().map(StoredBooks.Period::closedAt))
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
        findings.require(
                journals.last() == 0
                        ? !head.postedAt().isBefore(latest)
                        : head.postedAt().equals(latest),
                "head.posted_at",
                "head",
                head.postedAt() + " instead of " + latest);
        LocalDate closed = periods.isEmpty() ? null : periods.getLast().closedThrough();
        findings.require(
                Objects.equals(head.closedThrough(), closed),
                "head.closed_through",
                "head",
                head.closedThrough() + ", the last period ends " + closed);
        findings.require(
                chain.closedThrough() == null || (closed != null && !closed.isBefore(chain.closedThrough())),
                "head.closed_through",
                "head",
                closed + ", sealed was " + chain.closedThrough());
    }

    private void exported(StoredBooks books) {
        for (SealedRoot root : exported) {
            Optional<StoredSeal> seal = books.seal(root.number());
            findings.require(
                    seal.isPresent() && seal.get().is(root),
                    "seal.exported",
                    "seal " + root.number(),
                    "is not in the books as " + root);
        }
    }
}
