package cm.nkap.function.approvals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.function.Role;
import cm.nkap.function.approvals.Approval.Status;
import cm.nkap.function.approvals.Office.Rename;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the database holds when our code is wrong or gone around: each rule is broken by hand, and named. */
class ApprovalRulesTest {
    private static final String DECISION = """
            INSERT INTO shell.approval_decision
                   (request, org_id, maker_person, maker_subject, person, subject, decision, note, login_level, decided_at)
            VALUES ('%s', 'boutique-douala', '%s', '%s', '%s', '%s', '%s', '', '1', now())
            """;

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

    private static String said(String id, String person, String subject, String word) {
        return DECISION.formatted(id, "maker", "s-maker", person, subject, word);
    }

    private static String becomes(String status, String id) {
        var checker =
                switch (status) {
                    case "approved", "rejected", "executed" ->
                        ", checker_person = 'checker', checker_subject = 's-checker'";
                    default -> "";
                };
        var ended = status.equals("approved") ? "" : ", ended_at = now()";
        var result = status.equals("executed") ? ", result = 'x'" : "";
        return "UPDATE shell.approval_request SET status = '%s'%s%s%s WHERE id = '%s'"
                .formatted(status, checker, ended, result, id);
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
    void theStatementsOfThisTestAreRightButForWhatTheyBreak() throws SQLException {
        var id = office.waiting();

        office.app(said(id, "checker", "s-checker", "approve"), becomes("approved", id), becomes("executed", id));

        assertThat(office.look(id).status()).isEqualTo(Status.EXECUTED);
    }

    @Test
    void nobodyDecidesTheirOwn() {
        var id = office.waiting();

        refusedToApp("maker_does_not_decide", said(id, "maker", "s-other", "approve"));
        refusedToApp("makers_account_does_not_decide", said(id, "other", "s-maker", "approve"));
        refusedToApp("decider_is_a_person", said(id, "", "s-other", "approve"));
        refusedToApp("decider_is_a_person", said(id, " ", "s-other", "approve"));
        refusedToApp("decider_is_a_person", said(id, "Maker", "s-other", "approve"));
    }

    /** The copy of the maker in a decision is the maker's: it cannot be bent until it differs. */
    @Test
    void aDecisionCannotLieAboutWhoAsked() {
        var id = office.waiting();

        refusedToApp(
                "decision_of_this_request",
                DECISION.formatted(id, "somebody", "s-somebody", "maker", "s-other", "approve"));
        refusedToApp(
                "decision_of_this_request",
                DECISION.formatted(id, "maker", "s-somebody", "checker", "s-maker", "approve"));
        refusedToApp(
                "decision_of_this_request",
                said(id, "checker", "s-checker", "approve").replace("'boutique-douala'", "'librairie'"));
    }

    @Test
    void aPersonHasOneWordAndSoHasAnAccount() {
        var id = office.request(Office.MAKER, new Rename(office.note(), "new", 2))
                .id();
        office.approve(Office.CHECKER, id);

        refusedToApp("one_word_per_person", said(id, "checker", "s-checker-2", "approve"));
        refusedToApp("one_word_per_account", said(id, "checker-2", "s-checker", "approve"));
    }

    @Test
    void whoeverIsSaidToHaveCheckedHasDecided() {
        var id = office.waiting();
        var other = ", checker_person = 'other', checker_subject = 's-other'";

        refusedToApp("approved by 0 of 1", becomes("approved", id));
        refusedToApp("nobody has rejected", becomes("rejected", id));
        refusedToApp(
                "checker_has_decided",
                said(id, "checker", "s-checker", "approve"),
                "UPDATE shell.approval_request SET status = 'approved'%s WHERE id = '%s'".formatted(other, id));
        refusedToApp(
                "checker_is_another_person",
                said(id, "checker", "s-checker", "approve"),
                becomes("approved", id).replace("'checker'", "'maker'"));
        refusedToApp(
                "checker_is_another_account",
                said(id, "checker", "s-checker", "approve"),
                becomes("approved", id).replace("'s-checker'", "'s-maker'"));
        refusedToApp(
                "decided_by_somebody",
                said(id, "checker", "s-checker", "approve"),
                "UPDATE shell.approval_request SET status = 'approved' WHERE id = '%s'".formatted(id));
    }

    @Test
    void oneIsNotEnoughWhereTwoAreNeededAndANoOutweighsAYes() {
        var id = office.request(Office.MAKER, new Rename(office.note(), "new", 2))
                .id();
        office.approve(Office.CHECKER, id);

        refusedToApp("approved by 1 of 2", becomes("approved", id));
        refusedToApp(
                "approved by 2 of 2",
                said(id, "third", "s-third", "approve"),
                said(id, "fourth", "s-fourth", "reject"),
                becomes("approved", id));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rejected", "expired", "executed", "canceled"})
    void anEndIsAnEnd(String end) throws SQLException {
        var id = ended(end);

        for (var status : List.of("pending", "approved", "rejected", "expired", "executed", "canceled")) {
            refusedToApp("does not go from " + end, becomes(status, id));
            refusedToOwner("does not go from " + end, becomes(status, id));
        }
        refusedToApp("this waits for nobody", said(id, "fifth", "s-fifth", "approve"));
    }

    private static String ended(String end) throws SQLException {
        var id = office.waiting();
        switch (end) {
            case "rejected" -> office.reject(Office.CHECKER, id);
            case "executed" -> office.approve(Office.CHECKER, id);
            case "canceled" -> office.as(Office.MAKER, tx -> Approvals.cancel(tx, Office.by(Office.MAKER), id));
            default -> {
                age(id);
                office.app(becomes("expired", id));
            }
        }
        return id;
    }

    private static void age(String id) throws SQLException {
        office.withoutTriggers("UPDATE shell.approval_request SET created_at = created_at - interval '2 days',"
                + " expires_at = expires_at - interval '2 days' WHERE id = '" + id + "'");
    }

    @Test
    void timeIsKeptBothWays() throws SQLException {
        var young = office.waiting();
        refusedToApp("has not expired", becomes("expired", young));

        var decided = office.request(Office.MAKER, new Rename(office.note(), "new", 2))
                .id();
        office.approve(Office.CHECKER, decided);
        office.app(said(decided, "third", "s-third", "approve"));
        age(decided);

        refusedToApp("has expired", becomes("approved", decided));
        refusedToApp("this waits for nobody", said(decided, "fourth", "s-fourth", "reject"));
    }

    @Test
    void whoApprovedIsWhoApproved() throws SQLException {
        var id = office.request(Office.MAKER, new Rename(office.note(), "new", 2))
                .id();
        office.approve(Office.THIRD, id);

        refusedToApp(
                "who approved never changes",
                said(id, "checker", "s-checker", "approve"),
                becomes("approved", id),
                becomes("executed", id).replace("'checker'", "'third'").replace("'s-checker'", "'s-third'"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"shell.approval_request", "shell.approval_decision", "shell.audit_entry", "shell.audit_head"})
    void nothingIsDeleted(String table) {
        office.approve(Office.CHECKER, office.waiting());

        refusedToApp("permission denied", "DELETE FROM " + table);
        refusedToApp("permission denied", "TRUNCATE " + table + " CASCADE");
        refusedToOwner("stays", "DELETE FROM " + table);
        refusedToOwner("stays", "TRUNCATE " + table + " CASCADE");
    }

    @Test
    void aWordIsNotTakenBack() {
        office.approve(Office.CHECKER, office.waiting());

        refusedToApp("permission denied", "UPDATE shell.approval_decision SET note = 'x'");
        refusedToOwner("stays", "UPDATE shell.approval_decision SET note = 'x'");
    }

    @Test
    void whatEndedSaysWhenAndWhatItMade() {
        var id = office.waiting();

        refusedToApp(
                "ended_in_an_end",
                "UPDATE shell.approval_request SET status = 'canceled' WHERE id = '%s'".formatted(id));
        refusedToApp(
                "result_of_what_was_done",
                said(id, "checker", "s-checker", "approve"),
                becomes("approved", id),
                becomes("executed", id).replace(", result = 'x'", ""));
    }

    @Test
    void anotherOrganisationsRequestsAreNotThere() {
        var id = office.waiting();
        var stranger = Office.person("s-stranger", "stranger", "librairie", Role.ORG_ADMIN);

        var seen = office.as(stranger, tx -> tx.handle()
                .createQuery("SELECT (SELECT count(*) FROM shell.approval_request)"
                        + " + (SELECT count(*) FROM shell.approval_decision)"
                        + " + (SELECT count(*) FROM shell.audit_entry)")
                .mapTo(Long.class)
                .one());

        assertThat(seen).as("beside %s", id).isEqualTo(0L);
    }
}
