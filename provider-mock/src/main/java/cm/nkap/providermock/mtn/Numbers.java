package cm.nkap.providermock.mtn;

import static cm.nkap.providermock.mtn.Behaviour.ends;
import static cm.nkap.providermock.mtn.Behaviour.fails;
import static cm.nkap.providermock.mtn.Behaviour.failsAtOnce;
import static cm.nkap.providermock.mtn.Behaviour.pays;
import static cm.nkap.providermock.mtn.Behaviour.refused;

import cm.nkap.providermock.books.Kind;
import cm.nkap.providermock.mtn.Behaviour.Ending;
import cm.nkap.providermock.mtn.Behaviour.Reception;
import cm.nkap.providermock.mtn.Behaviour.Telling;
import cm.nkap.providermock.mtn.Behaviour.Wait;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The table of magic numbers; the README shows the same rows and a test keeps the two equal. MTN's own rows are those
 * of its testing page, ours are for what MTN's cannot show. Every number outside the three prefixes pays.
 */
public final class Numbers {
    static final String MTN_PREFIX = "467331234";
    static final String MTN_PREFIX_CAMEROON = "2376000004";
    static final String OUR_PREFIX = "2376700000";

    /** One number: its last two digits, and what it does as payer and as payee. */
    public record Row(String digits, String asPayer, String asPayee, Behaviour collecting, Behaviour payingOut) {
        static Row both(String digits, String says, Behaviour behaviour) {
            return new Row(digits, says, says, behaviour, behaviour);
        }

        static Row reasons(String digits, String payer, String payee) {
            return new Row(digits, "FAILED " + payer, "FAILED " + payee, fails(payer), fails(payee));
        }
    }

    private static final Behaviour PENDING = ends(new Ending.StaysPending());
    private static final Behaviour DELAYED = pays(Wait.SLOW).told(Telling.CREATED_FIRST);
    private static final Behaviour UNAVAILABLE = refused(503, "SERVICE_UNAVAILABLE");

    /** Also for deposits, which MTN documents together with collections. */
    static final List<Row> MTN = List.of(
            Row.both("50", "FAILED INTERNAL_PROCESSING_ERROR at once", failsAtOnce("INTERNAL_PROCESSING_ERROR")),
            Row.both("51", "FAILED APPROVAL_REJECTED at once", failsAtOnce("APPROVAL_REJECTED")),
            Row.both("52", "FAILED EXPIRED at once", failsAtOnce("EXPIRED")),
            Row.both("53", "stays PENDING", PENDING),
            Row.both("54", "CREATED, then SUCCESSFUL after 25 s", DELAYED),
            mtn("55", "PAYER_NOT_FOUND", "NOT_ENOUGH_FUNDS"),
            mtn("56", "PAYEE_NOT_ALLOWED_TO_RECEIVE", "PAYER_LIMIT_REACHED"),
            mtn("57", "NOT_ALLOWED", "PAYEE_NOT_FOUND"),
            mtn("58", "NOT_ALLOWED_TARGET_ENVIRONMENT", "NOT_ALLOWED"),
            mtn("59", "INVALID_CALLBACK_URL_HOST", "NOT_ALLOWED_TARGET_ENVIRONMENT"),
            mtn("60", "INVALID_CURRENCY", "INVALID_CALLBACK_URL_HOST"),
            mtn("61", "INTERNAL_PROCESSING_ERROR", "INVALID_CURRENCY"),
            mtn("62", "SERVICE_UNAVAILABLE", "INTERNAL_PROCESSING_ERROR"),
            mtn("63", "COULD_NOT_PERFORM_TRANSACTION", "SERVICE_UNAVAILABLE"),
            mtn("64", "TRANSFER_TYPE_UNKNOWN", "TRANSFER_TYPE_UNKNOWN"));

    static final List<Row> OURS = List.of(
            Row.reasons("01", "APPROVAL_REJECTED", "PAYEE_NOT_ALLOWED_TO_RECEIVE"),
            Row.reasons("02", "NOT_ENOUGH_FUNDS", "NOT_ENOUGH_FUNDS"),
            Row.reasons("03", "PAYER_NOT_FOUND", "PAYEE_NOT_FOUND"),
            Row.reasons("04", "EXPIRED", "EXPIRED"),
            Row.both("05", "stays PENDING", PENDING),
            Row.both("06", "PENDING, then SUCCESSFUL after 25 s", pays(Wait.SLOW)),
            Row.reasons("07", "INTERNAL_PROCESSING_ERROR", "INTERNAL_PROCESSING_ERROR"),
            Row.both("08", "503 SERVICE_UNAVAILABLE to every submission, never taken", UNAVAILABLE),
            Row.both(
                    "09",
                    "FAILED NOT_ALLOWED, reason as an object",
                    fails("NOT_ALLOWED").told(Telling.REASON_OBJECT)),
            Row.both(
                    "10",
                    "taken and paid, but the connection is reset instead of the 202",
                    pays().received(new Reception.ResetAfterTaking())),
            Row.both(
                    "11",
                    "connection reset, never taken: status 404",
                    pays().received(new Reception.ResetBeforeTaking())),
            Row.both(
                    "12",
                    "taken at once, 202 after 30 s, paid as the 202 leaves",
                    pays(Wait.HANG).received(new Reception.AnsweredLate())),
            Row.both("13", "status 404 for 30 s, then taken, 202 and paid", pays().received(new Reception.TakenLate())),
            Row.both(
                    "14",
                    "503 to the first two submissions of a reference, then pays",
                    pays().received(new Reception.RefusedAtFirst(2))),
            Row.both("15", "HTML page with status 200, never taken", pays().received(new Reception.HtmlInstead())),
            Row.both("16", "hangs 30 s, then 503, never taken", pays().received(new Reception.RefusedLate())),
            Row.both("20", "pays, no callback", pays().noticed(Notice.NONE)),
            Row.both("21", "pays, callback before the 202", pays().noticed(Notice.BEFORE_202)),
            Row.both("22", "pays, the same callback five times", pays().noticed(Notice.DUPLICATED)),
            Row.both(
                    "23",
                    "FAILED APPROVAL_REJECTED, but the callback says SUCCESSFUL",
                    fails("APPROVAL_REJECTED").noticed(Notice.FORGED)),
            Row.both(
                    "24",
                    "FAILED EXPIRED, then SUCCESSFUL 20 s later with a second callback",
                    ends(new Ending.ExpiresThenPays())),
            Row.both(
                    "25", "pays, but status and callback report a tenth too little", pays().told(Telling.WRONG_AMOUNT)),
            Row.both("26", "pays, callback by POST", pays().noticed(Notice.POST)),
            Row.both("27", "pays, but the callback says FAILED", pays().noticed(Notice.FORGED)),
            Row.both("28", "pays, but the first three status calls answer 404", pays().told(Telling.UNKNOWN_AT_FIRST)),
            Row.reasons(
                    "30",
                    "LOW_BALANCE_OR_PAYEE_LIMIT_REACHED_OR_NOT_ALLOWED",
                    "LOW_BALANCE_OR_PAYEE_LIMIT_REACHED_OR_NOT_ALLOWED"),
            Row.reasons("31", "PAYER_LIMIT_REACHED", "PAYEE_LIMIT_REACHED"),
            Row.reasons("32", "COULD_NOT_PERFORM_TRANSACTION", "COULD_NOT_PERFORM_TRANSACTION"),
            Row.reasons("33", "SERVICE_UNAVAILABLE", "SERVICE_UNAVAILABLE"),
            Row.reasons("34", "SENDER_ACCOUNT_NOT_ACTIVE", "SENDER_ACCOUNT_NOT_ACTIVE"),
            Row.reasons("35", "A_REASON_NOBODY_KNOWS", "A_REASON_NOBODY_KNOWS"));

    private static final Map<String, Row> MTN_BY_DIGITS = byDigits(MTN);
    private static final Map<String, Row> OURS_BY_DIGITS = byDigits(OURS);

    private Numbers() {}

    private static Row mtn(String digits, String payer, String payee) {
        return new Row(digits, says(payer), says(payee), does(payer), does(payee));
    }

    /** Which codes refuse the call and which fail the payment later is MTN's own split (500 or 503 against 200). */
    private static Behaviour does(String code) {
        return switch (code) {
            case "NOT_ALLOWED", "NOT_ALLOWED_TARGET_ENVIRONMENT", "INVALID_CALLBACK_URL_HOST", "INVALID_CURRENCY" ->
                refused(500, code);
            case "SERVICE_UNAVAILABLE" -> UNAVAILABLE;
            default -> fails(code);
        };
    }

    private static String says(String code) {
        return does(code).reception() instanceof Reception.Refused(int status, String name)
                ? status + " " + name + " to the submission"
                : "FAILED " + code;
    }

    private static Map<String, Row> byDigits(List<Row> rows) {
        return rows.stream().collect(Collectors.toUnmodifiableMap(Row::digits, Function.identity()));
    }

    static Behaviour of(Kind kind, String msisdn) {
        String digits = msisdn.length() < 2 ? "" : msisdn.substring(msisdn.length() - 2);
        if (isMtn(msisdn)) {
            Row row = MTN_BY_DIGITS.get(digits);
            boolean payer = kind.collects() || kind == Kind.DEPOSIT;
            return row == null ? pays() : payer ? row.collecting() : row.payingOut();
        }
        Row row = msisdn.length() == 12 && msisdn.startsWith(OUR_PREFIX) ? OURS_BY_DIGITS.get(digits) : null;
        return row == null ? pays() : kind.collects() ? row.collecting() : row.payingOut();
    }

    /** One of the numbers that MTN documents, in its own or in its Cameroon-shaped form. */
    static boolean isMtn(String msisdn) {
        return (msisdn.length() == 11 && msisdn.startsWith(MTN_PREFIX))
                || (msisdn.length() == 12 && msisdn.startsWith(MTN_PREFIX_CAMEROON));
    }

    static boolean isUnknown(String msisdn) {
        return msisdn.equals(OUR_PREFIX + "03");
    }

    /** The table as the README prints it. */
    public static String markdown() {
        StringBuilder text = new StringBuilder();
        table(text, "46733123450…464 and 2376000004SS", MTN);
        text.append('\n');
        table(text, "2376700000SS", OURS);
        return text.toString();
    }

    private static void table(StringBuilder text, String prefix, List<Row> rows) {
        text.append("| SS of ").append(prefix).append(" | as payer (collection) | as payee (transfer) |\n");
        text.append("|---|---|---|\n");
        for (Row row : rows) {
            String payee = row.asPayee().equals(row.asPayer()) ? "the same" : row.asPayee();
            text.append("| %s | %s | %s |%n".formatted(row.digits(), row.asPayer(), payee));
        }
    }
}
