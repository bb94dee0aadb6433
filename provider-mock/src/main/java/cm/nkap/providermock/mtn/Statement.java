package cm.nkap.providermock.mtn;

import cm.nkap.providermock.books.Books;
import cm.nkap.providermock.books.Order;
import cm.nkap.providermock.books.Payment;
import cm.nkap.providermock.books.TopUp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One local day of the merchant's wallet as MTN Cameroon's partner export writes it: UTF-8, commas, 54 columns with
 * repeated names, read by position. Only what succeeded is in it, and the caller's X-Reference-Id never is.
 */
final class Statement {
    static final int COLUMNS = 54;
    static final ZoneId WAT = ZoneId.of("Africa/Douala");

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(WAT);
    private static final String MERCHANT = "90000001/MM";
    private static final String MERCHANT_NAME = "NKAP MERCHANT";
    private static final String HEADER =
            "Id,External id,Date,Status,Type,Provider category,From,From name,From handler name,To,To name,"
                    + "To handler name,To message,Initiated by,Initiated by,On behalf of,On behalf of,Approved by,From / Fee,"
                    + "Currency,From / External fee,Currency,To / Fee,Currency,To / External fee,Currency,From / Refunded fee,"
                    + "Currency,To / Refunded fee,Currency,From / Taxes,Currency,To / Taxes,Currency,From / Refunded taxes,"
                    + "Currency,To / Refunded taxes,Currency,Discount,Currency,From / Promotion,Currency,To / Promotion,"
                    + "Currency,Coupon,Currency,Amount,Currency,Balance,Currency,External amount,Currency,External FX rate,"
                    + "External service provider";

    private final Books books;
    private final String currency;

    Statement(Books books, String currency) {
        this.books = books;
        this.currency = currency;
    }

    /** The rows of a day in the order of MTN's transaction numbers. */
    String of(LocalDate day) {
        SortedMap<Long, String> rows = new TreeMap<>();
        for (Payment payment : books.payments()) {
            if (payment.state() instanceof Payment.Paid paid && isOn(day, paid.at())) {
                rows.put(paid.transaction(), row(payment.order(), paid));
            }
        }
        for (TopUp topUp : books.topUps()) {
            if (isOn(day, topUp.at())) {
                rows.put(topUp.transaction(), row(topUp));
            }
        }
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        rows.values().forEach(row -> text.append(row).append('\n'));
        return text.toString();
    }

    private static boolean isOn(LocalDate day, Instant at) {
        return LocalDate.ofInstant(at, WAT).equals(day);
    }

    private String row(Order order, Payment.Paid paid) {
        String externalId = Objects.requireNonNullElse(order.externalId(), "");
        String[] row = begin(paid.transaction(), externalId, paid.at(), type(order));
        boolean in = order.kind().collects();
        party(row, in ? 6 : 9, order.msisdn() + "/MSISDN", Holders.name(order.msisdn()));
        party(row, in ? 9 : 6, MERCHANT, MERCHANT_NAME);
        row[12] = order.payeeNote();
        row[16] = "ID:" + order.msisdn() + "/MSISDN";
        if (paid.fee() > 0) {
            money(row, 22, paid.fee());
        }
        money(row, 46, in ? order.amount() : -order.amount());
        return String.join(",", row);
    }

    private String row(TopUp topUp) {
        String[] row = begin(topUp.transaction(), topUp.reference(), topUp.at(), "Transfer");
        party(row, 6, "90000000/MM", "BANK");
        party(row, 9, MERCHANT, MERCHANT_NAME);
        money(row, 46, topUp.amount());
        return String.join(",", row);
    }

    private static String[] begin(long transaction, String externalId, Instant at, String type) {
        String[] row = new String[COLUMNS];
        Arrays.fill(row, "");
        row[0] = String.valueOf(transaction);
        row[1] = externalId;
        row[2] = SECONDS.format(at);
        row[3] = "Successful";
        row[4] = type;
        row[5] = "PC1_001";
        row[13] = "ID:PGUSER/USER";
        row[14] = "ID:" + MERCHANT;
        row[15] = "ID:" + MERCHANT;
        return row;
    }

    private static String type(Order order) {
        return switch (order.kind()) {
            case REQUEST_TO_PAY, REQUEST_TO_WITHDRAW -> "Debit";
            case TRANSFER, DEPOSIT -> "Cash in";
            case REFUND -> "Reversal";
        };
    }

    private static void party(String[] row, int from, String id, String name) {
        row[from] = "FRI:" + id;
        row[from + 1] = name;
        row[from + 2] = name;
    }

    private void money(String[] row, int column, long amount) {
        row[column] = String.valueOf(amount);
        row[column + 1] = currency;
    }
}
