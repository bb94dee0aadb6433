package cm.nkap.ledger;

import java.util.ArrayList;
import java.util.List;

/** What stands, read back: as journals through the ledger's own door, and as rows behind the policies. */
final class StoredPrograms {
    private static final int PAGE = 100;

    private StoredPrograms() {}

    /** All that stands, page by page. */
    static List<Oracle.Standing> journals(Books books) {
        List<Oracle.Standing> all = new ArrayList<>();
        for (long before = Long.MAX_VALUE; ; ) {
            long end = before;
            List<PostedJournal> page = books.in(Books.EVERY_TENANT, tx -> books.ledger.journals(tx, end, PAGE));
            if (page.isEmpty()) {
                return all.reversed();
            }
            page.forEach(posted -> all.add(standing(posted)));
            before = page.getLast().seq();
        }
    }

    private static Oracle.Standing standing(PostedJournal posted) {
        List<Posting> legs = posted.legs().stream()
                .map(leg -> new Posting(leg.account(), leg.amount()))
                .toList();
        return new Oracle.Standing(
                posted.seq(),
                new Journal(
                        posted.key(),
                        posted.kind(),
                        posted.tenant(),
                        posted.payment(),
                        legs,
                        posted.reverses(),
                        posted.effective()));
    }

    /** Everything but times and hashes. */
    static List<String> rows(Books books) {
        return books.admin(admin -> admin.createQuery("""
                        SELECT concat_ws(' ', j.seq, j.key, encode(j.fingerprint, 'hex'), j.kind, j.tenant, coalesce(j.payment, '-'),
                                         coalesce(j.reverses, 0), j.effective, j.legs, j.total,
                                         p.line, a.name, p.version, p.amount, p.balance_after)
                        FROM ledger.journal j JOIN ledger.posting p ON p.journal_seq = j.seq JOIN ledger.account a ON a.id = p.account_id
                        ORDER BY j.seq, p.line
                        """).mapTo(String.class).list());
    }
}
