package cm.nkap.function.approvals;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request is when it is written, and that it stays so: broken by hand, past our code. */
class ApprovalFormTest {
    @SuppressWarnings("NullAway.Init") // made before the first test
    private static Office office;

    @BeforeAll
    static void open() {
        office = new Office();
    }

    @AfterAll
    static void close() {
        office.close();
    }

    private static void refusedToApp(String because, String... statements) {
        assertThatThrownBy(() -> office.app(statements))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining(because);
    }

    private static void refusedToOwner(String because, String... statements) {
        assertThatThrownBy(() -> office.owner(statements))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining(because);
    }

    @Test
    void theStatementOfThisTestIsRightButForWhatItBreaks() {
        assertThatCode(() -> office.app(request("sha256('{}')", "1", "'maker'", "interval '1 day'", "", "")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "payload_is_what_was_hashed | sha256('[]') | 1 | 'maker' | interval '1 day'",
                "maker_is_a_person | sha256('{}') | 1 | '' | interval '1 day'",
                "maker_is_a_person | sha256('{}') | 1 | ' ' | interval '1 day'",
                "maker_is_a_person | sha256('{}') | 1 | 'Maker' | interval '1 day'",
                "approval_request_needed_check | sha256('{}') | 0 | 'maker' | interval '1 day'",
                "expires_later | sha256('{}') | 1 | 'maker' | interval '0'",
                "expires_later | sha256('{}') | 1 | 'maker' | interval '1 year'"
            })
    void aRequestIsWellFormed(String because, String hash, String needed, String person, String lasts) {
        refusedToApp(because, request(hash, needed, person, lasts, "", ""));
    }

    @Test
    void aRequestBeginsAsPending() {
        refusedToApp(
                "begins as pending",
                request(
                        "sha256('{}')",
                        "1",
                        "'maker'",
                        "interval '1 day'",
                        ", status, ended_at",
                        ", 'canceled', now()"));
    }

    private static String request(
            String hash, String needed, String person, String lasts, String moreColumns, String moreValues) {
        return """
                INSERT INTO shell.approval_request
                       (id, org_id, kind, subject, subject_version, payload, payload_hash, reason, needed, maker_subject,
                        maker_person, maker_org, created_at, expires_at%s)
                VALUES ('ap_' || gen_random_uuid(), 'boutique-douala', 'renaming', 'note 1', '', '{}', %s, '', %s,
                        's-maker', %s, 'nkap', now(), now() + %s%s)
                """.formatted(moreColumns, hash, needed, person, lasts, moreValues);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "payload = '{}', payload_hash = sha256('{}')",
                "subject = 'note 0'",
                "kind = 'other'",
                "subject_version = 'x'",
                "needed = 2",
                "reason = 'other'",
                "maker_person = 'other'",
                "maker_subject = 's-other'",
                "maker_org = 'other'",
                "org_id = 'librairie'",
                "expires_at = expires_at + interval '1 day'",
                "created_at = created_at - interval '1 day'"
            })
    void whatWasAskedForNeverChanges(String change) {
        var id = office.waiting();
        var statement = "UPDATE shell.approval_request SET status = 'canceled', ended_at = now(), " + change
                + " WHERE id = '" + id + "'";

        refusedToApp("permission denied", statement);
        refusedToOwner("never changes", statement);
    }
}
