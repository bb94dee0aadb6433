package cm.nkap.ledger;

import java.util.Map;
import java.util.TreeMap;

/**
 * Each rule that the database holds, and what goes wrong without it: one attempt per rule that only this rule refuses.
 * Written against books with journal 1 (700 from the bank to the float) and journal 2 (500 collected for Douala).
 */
final class Rules {
    private static final String OTHERS = "SELECT id FROM ledger.account WHERE name = ";
    private static final String FLOAT = "(" + OTHERS + "'float:mtn')";
    private static final String BANK = "(" + OTHERS + "'bank:main')";
    private static final String DOUALA = "(" + OTHERS + "'merchant:douala:payable')";
    private static final String NEW_ACCOUNT =
            "INSERT INTO ledger.account (name, type, tenant) VALUES ('new', 'liability', 'new'); ";
    private static final String NEW = "(SELECT id FROM ledger.account WHERE name = 'new')";

    private Rules() {}

    /** From the rule, as {@code table.name}, to the attempt. */
    static Map<String, String> attempts() {
        Map<String, String> attempts = new TreeMap<>();
        accounts(attempts);
        headers(attempts);
        legs(attempts);
        changes(attempts);
        periods(attempts);
        SealRules.attempts(attempts);
        notes(attempts);
        return attempts;
    }

    private static void accounts(Map<String, String> attempts) {
        attempts.put("head.head_id_check", head(2));
        attempts.put("head.head_pkey", head(1));
        attempts.put(
                "account.account_pkey",
                "INSERT INTO ledger.account (id, name, type, tenant) OVERRIDING SYSTEM VALUE VALUES (" + DOUALA
                        + ", 'twin', 'liability', 'other')");
        attempts.put("account.account_name_key", account("float:mtn", "asset", "platform"));
        attempts.put("account.account_name_check", account("Float MTN", "asset", "platform"));
        attempts.put("account.account_type_check", account("a", "hope", "platform"));
        attempts.put("account.account_tenant_check", account("a", "asset", ""));
        attempts.put("account.account_identity", NEW_ACCOUNT + balance("other", "0, 0, 0"));
        attempts.put("balance.balance_is_the_accounts", NEW_ACCOUNT + balance("other", "0, 0, 0"));
        attempts.put("balance.balance_opens_empty", NEW_ACCOUNT + balance("new", "0, 1000, 0"));
        attempts.put("balance.balance_version_check", NEW_ACCOUNT + balance("new", "0, 0, -1"));
        attempts.put("balance.balance_debits_check", NEW_ACCOUNT + balance("new", "-5, 0, 1"));
        attempts.put("balance.balance_credits_check", NEW_ACCOUNT + balance("new", "0, -5, 1"));
        attempts.put(
                "balance.balance_pkey", NEW_ACCOUNT + balance("new", "0, 0, 0") + "; " + balance("new", "0, 0, 0"));
        attempts.put(
                "balance.balance_floor",
                "UPDATE ledger.balance SET debits = debits + 501, version = version + 1 WHERE account_id = " + DOUALA);
        attempts.put(
                "balance.balance_moves_forward",
                "UPDATE ledger.balance SET debits = debits - 1, version = version + 1 WHERE account_id = " + FLOAT);
    }

    private static void periods(Map<String, String> attempts) {
        String closed = "INSERT INTO ledger.period VALUES ('2020-01-31', 2, " + hash(32) + ", now())";
        attempts.put("journal.journal_hash_check", header("3, 'k', 32, 'kind', 'platform', NULL, 2, 5, 31"));
        attempts.put(
                "balance.balance_closed_empty",
                "UPDATE ledger.balance SET closed_at = now() WHERE account_id = " + DOUALA);
        attempts.put(
                "balance.balance_stays_closed",
                NEW_ACCOUNT + balance("new", "0, 0, 0")
                        + "; UPDATE ledger.balance SET closed_at = now() WHERE account_id = " + NEW
                        + "; UPDATE ledger.balance SET closed_at = NULL WHERE account_id = " + NEW);
        attempts.put("period.period_pkey", closed + "; " + closed);
        attempts.put(
                "period.period_last_seq_check",
                "INSERT INTO ledger.period VALUES ('2020-01-31', -1, " + hash(32) + ", now())");
        attempts.put(
                "period.period_hash_check",
                "INSERT INTO ledger.period VALUES ('2020-01-31', 2, " + hash(31) + ", now())");
        attempts.put("period.period_append_only", closed + "; DELETE FROM ledger.period");
    }

    static String hash(int length) {
        return "convert_to(repeat('h', " + length + "), 'UTF8')";
    }

    private static String head(int id) {
        return "INSERT INTO ledger.head VALUES (" + id + ", 99, " + hash(32) + ", now())";
    }

    /** What the checks remember. */
    private static void notes(Map<String, String> attempts) {
        String checked = "INSERT INTO ledger.checked (name) VALUES ('c')";
        String finding =
                "INSERT INTO ledger.finding (id, check_name, at, about, detail) OVERRIDING SYSTEM VALUE VALUES (";
        String item = "INSERT INTO ledger.open_item VALUES (1, 'ch_1', 5, now())";
        attempts.put("checked.checked_pkey", checked + "; " + checked);
        attempts.put("finding.finding_pkey", finding + "1, 'c', 1, 'a', 'd'); " + finding + "1, 'c', 1, 'b', 'd')");
        attempts.put("finding.finding_open", finding + "1, 'c', 1, 'a', 'd'); " + finding + "2, 'c', 2, 'a', 'e')");
        attempts.put("open_item.open_item_pkey", item + "; " + item);
    }

    private static void headers(Map<String, String> attempts) {
        attempts.put("journal.journal_pkey", header("2, 'k', 32, 'kind', 'platform', NULL, 2, 5"));
        attempts.put("journal.journal_seq_check", header("0, 'k', 32, 'kind', 'platform', NULL, 2, 5"));
        attempts.put("journal.journal_key_key", header("3, 'collected', 32, 'kind', 'platform', NULL, 2, 5"));
        attempts.put("journal.journal_key_check", header("3, '', 32, 'kind', 'platform', NULL, 2, 5"));
        attempts.put("journal.journal_fingerprint_check", header("3, 'k', 31, 'kind', 'platform', NULL, 2, 5"));
        attempts.put("journal.journal_kind_check", header("3, 'k', 32, '', 'platform', NULL, 2, 5"));
        attempts.put("journal.journal_tenant_check", header("3, 'k', 32, 'kind', '', NULL, 2, 5"));
        attempts.put(
                "journal.journal_payment_check",
                header("3, 'k', 32, 'kind', 'platform', NULL, 2, 5")
                        .replace("(seq, key,", "(payment, seq, key,")
                        .replace("SELECT s, k,", "SELECT '', s, k,"));
        attempts.put("journal.journal_legs_check", header("3, 'k', 32, 'kind', 'platform', NULL, 1, 5"));
        attempts.put("journal.journal_total_check", header("3, 'k', 32, 'kind', 'platform', NULL, 2, 0"));
        attempts.put(
                "journal.journal_reversed_once",
                header("3, 'r', 32, 'kind', 'platform', 1, 2, 5") + "; "
                        + header("4, 's', 32, 'kind', 'platform', 1, 2, 5"));
    }

    private static void legs(Map<String, String> attempts) {
        attempts.put("posting.postings_balance", journal(2, 100, leg(1, FLOAT, 100), leg(2, BANK, -99)));
        attempts.put("posting.posting_line_check", journal(2, 100, leg(0, FLOAT, 100), leg(2, BANK, -100)));
        attempts.put(
                "posting.posting_amount_check",
                journal(3, 100, leg(1, FLOAT, 100), "(3, 2, " + FLOAT + ", 100, 0, 0)", leg(3, BANK, -100)));
        attempts.put(
                "posting.posting_amount_check1",
                journal(2, 2 * Posting.MOST, leg(1, FLOAT, 2 * Posting.MOST), leg(2, BANK, -2 * Posting.MOST)));
        attempts.put("posting.posting_pkey", journal(2, 100, leg(1, FLOAT, 100), "(3, 2, " + BANK + ", 1, -100, 0)"));
        attempts.put(
                "posting.posting_journal_seq_line_key",
                "INSERT INTO ledger.posting VALUES (1, 1, " + FLOAT + ", 90, 700, 0), (1, 2, " + BANK
                        + ", 90, -700, 0)");
    }

    private static void changes(Map<String, String> attempts) {
        attempts.put("head.head_is_gapless", "UPDATE ledger.head SET next_seq = next_seq + 1");
        attempts.put("head.head_stays", "DELETE FROM ledger.head");
        attempts.put("balance.balance_stays", "DELETE FROM ledger.balance WHERE account_id = " + DOUALA);
        attempts.put("account.account_append_only", "UPDATE ledger.account SET opened_at = now()");
        attempts.put("journal.journal_append_only", "UPDATE ledger.journal SET kind = 'other' WHERE seq = 1");
        attempts.put("posting.posting_append_only", "DELETE FROM ledger.posting WHERE journal_seq = 1");
    }

    private static String account(String name, String type, String tenant) {
        return "INSERT INTO ledger.account (name, type, tenant) VALUES ('" + name + "', '" + type + "', '" + tenant
                + "')";
    }

    private static String balance(String tenant, String debitsCreditsVersion) {
        return "INSERT INTO ledger.balance (account_id, sign, tenant, debits, credits, version) VALUES (" + NEW
                + ", 1, '" + tenant + "', " + debitsCreditsVersion + ")";
    }

    /** seq, key, length of the fingerprint, kind, tenant, reverses, legs, total; length of the hash when it is not 32. */
    private static String header(String values) {
        String row = values.split(", ", -1).length == 8 ? values + ", 32" : values;
        return "INSERT INTO ledger.journal (seq, key, fingerprint, kind, tenant, reverses, legs, total, posted_at, hash)"
                + " SELECT s, k, convert_to(repeat('x', f), 'UTF8'), d, t, r::bigint, l, m, now(),"
                + " convert_to(repeat('h', h), 'UTF8') FROM (VALUES (" + row + ")) AS v (s, k, f, d, t, r, l, m, h)";
    }

    static String journal(int legs, long total, String... rows) {
        return header("3, 'k', 32, 'kind', 'platform', NULL, " + legs + ", " + total + "::bigint")
                + "; INSERT INTO ledger.posting VALUES " + String.join(", ", rows);
    }

    static String leg(int line, String account, long amount) {
        return "(3, " + line + ", " + account + ", 99, " + amount + ", 0)";
    }

    static String leg(int line, String account, int version, long amount) {
        return "(3, " + line + ", " + account + ", " + version + ", " + amount + ", 0)";
    }

    static String floatAccount() {
        return FLOAT;
    }

    static String bankAccount() {
        return BANK;
    }
}
