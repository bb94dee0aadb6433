package cm.nkap.query;

import cm.nkap.events.EventCatalogue;
import cm.nkap.function.Call;
import cm.nkap.function.Page;
import cm.nkap.function.Parameters;
import cm.nkap.function.Reply;
import cm.nkap.function.Tx;
import cm.nkap.ledger.Checks;
import cm.nkap.payments.ExceptionRows;
import cm.nkap.payments.Ids;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened and what somebody has to look at: events, exceptions, unapplied receipts, checks of the books. */
final class Oversight {
    private static final List<String> EXCEPTION_STATUSES =
            List.of("open", "assigned", "pending_approval", "resolved", "written_off");
    private static final List<String> RECEIPT_STATUSES = List.of("open", "resolved");
    private static final List<String> EVENT_TYPES =
            EventCatalogue.all().stream().map(EventCatalogue.Entry::type).toList();

    private static final int LONGEST_CHECK = 60;

    private Oversight() {}

    /** Something that a person has to look at. */
    record ExceptionView(
            String id,
            String object,
            String reason,
            String status,
            String payment,
            String organisation,
            String detail,
            Instant createdAt) {}

    /**
     * Money that came after its charge had ended otherwise, whole francs.
     *
     * @param journal the journal that took it into suspense
     */
    record ReceiptView(
            String id,
            String object,
            String status,
            String payment,
            String provider,
            long amount,
            String currency,
            @Nullable String providerTransactionId,
            String journal,
            Instant createdAt) {}

    /**
     * A claim about the books that is checked all the time.
     *
     * @param completeAt when it last had read everything
     * @param lag journals that it has not read yet
     */
    record CheckView(
            String object,
            String name,
            @Nullable Instant lookedAt,
            @Nullable Instant completeAt,
            long lag,
            List<FindingView> findings) {}

    /** What a check found and is still there. */
    record FindingView(String where, String detail, Instant foundAt) {}

    static Reply<Page<CheckView>> checks(Tx tx, Call call) {
        var asked = Parameters.of(call);
        int limit = asked.limit();
        var after = asked.text("starting_after", LONGEST_CHECK);
        asked.check();

        var rows = Checks.progress(tx.handle()).stream()
                .filter(check -> after == null || check.check().compareTo(after) > 0)
                .map(check -> new CheckView(
                        "check",
                        check.check(),
                        check.ranAt(),
                        check.completeAt(),
                        check.lag(),
                        check.findings().stream()
                                .map(found -> new FindingView(found.about(), found.detail(), found.foundAt()))
                                .toList()))
                .toList();
        return Reply.ok(Page.of(rows, limit));
    }

    static Reply<Page<ExceptionView>> exceptions(Tx tx, Call call) {
        var asked = Parameters.of(call);
        int limit = asked.limit();
        var after = asked.startingAfter("ex");
        var status = asked.oneOf("status", EXCEPTION_STATUSES);
        asked.check();

        var sight = Sight.of(tx, call.caller());
        var rows = ExceptionRows.page(tx.handle(), status, after, limit + 1).stream()
                .filter(row -> sight.coversOrg(row.org()))
                .map(row -> new ExceptionView(
                        row.id(),
                        "exception",
                        row.reason(),
                        row.status(),
                        row.payment(),
                        row.org(),
                        row.detail(),
                        row.createdAt()))
                .toList();
        return Reply.ok(Page.of(rows, limit));
    }

    static Reply<Page<ReceiptView>> receipts(Tx tx, Call call) {
        var asked = Parameters.of(call);
        int limit = asked.limit();
        var after = asked.startingAfter("ur");
        var status = asked.oneOf("status", RECEIPT_STATUSES);
        asked.check();

        var org = Sight.of(tx, call.caller()).org();
        var rows = QuerySql.receipts(tx.handle(), org, status, after, limit + 1).stream()
                .map(row -> new ReceiptView(
                        row.id(),
                        "unapplied_receipt",
                        row.status(),
                        row.payment(),
                        row.provider(),
                        row.amount(),
                        "XAF",
                        row.providerTransaction(),
                        Ids.journal(row.journal()),
                        row.createdAt()))
                .toList();
        return Reply.ok(Page.of(rows, limit));
    }

    static Reply<Page<EventView>> events(Tx tx, Call call) {
        var asked = Parameters.of(call);
        int limit = asked.limit();
        var after = asked.startingAfter("ev");
        var about = asked.id("about", "ch", "po");
        var type = asked.oneOf("type", EVENT_TYPES);
        asked.check();

        var org = Sight.of(tx, call.caller()).org();
        var happened = new QuerySql.Happened(org, about, type, after);
        var rows = QuerySql.events(tx.handle(), happened, limit + 1).stream()
                .map(body -> EventView.of(body.getBytes(StandardCharsets.UTF_8)))
                .toList();
        return Reply.ok(Page.of(rows, limit));
    }
}
