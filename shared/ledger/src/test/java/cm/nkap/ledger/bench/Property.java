package cm.nkap.ledger.bench;

import java.sql.SQLException;

/** What the ledger's truth is made of; taken from a copy of the schema, one at a time, to see what it costs. */
enum Property {
    NONE("with everything", "SELECT 1"),
    HASH_CHAIN("without the hash chain", Scripts.text("without_chain.sql")),
    BALANCE_TRIGGER(
            "without the trigger that proves each journal",
            "ALTER TABLE ledger.posting DISABLE TRIGGER postings_balance"),
    HEAD_TRIGGER(
            "without the trigger that counts journals and legs",
            "ALTER TABLE ledger.head DISABLE TRIGGER head_is_gapless"),
    FORWARD_TRIGGER(
            "without the trigger that lets balances only grow",
            "ALTER TABLE ledger.balance DISABLE TRIGGER balance_moves_forward"),
    PAYMENT_INDEX("without the index by payment", "DROP INDEX ledger.journal_payment"),
    ROW_SECURITY("without row-level security for the owner", """
            ALTER TABLE ledger.journal NO FORCE ROW LEVEL SECURITY;
            ALTER TABLE ledger.posting NO FORCE ROW LEVEL SECURITY;
            ALTER TABLE ledger.balance NO FORCE ROW LEVEL SECURITY""");

    private final String text;
    private final String script;

    Property(String text, String script) {
        this.text = text;
        this.script = script;
    }

    String text() {
        return text;
    }

    void removeFrom(Server.Database database) throws SQLException {
        database.execute(script);
    }
}
