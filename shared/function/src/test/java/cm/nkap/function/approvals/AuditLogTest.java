package cm.nkap.function.approvals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import cm.nkap.function.Call;
import cm.nkap.function.Caller;
import cm.nkap.function.Login;
import cm.nkap.function.Orgs;
import cm.nkap.function.Page;
import cm.nkap.function.Role;
import cm.nkap.function.json.Json;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditLogTest {
    private static final String SHOP = Office.SHOP;
    private static final Caller ADMIN = Office.person("s-admin", "admin", SHOP, Role.ORG_ADMIN);

    private final Office office = new Office();

    @AfterEach
    void close() {
        office.close();
    }

    private void record(Caller caller, String subject, Object after) {
        office.as(caller, tx -> {
            AuditLog.record(tx, Office.by(caller), "note.renamed", subject, Map.of("text", "old"), after);
            return true;
        });
    }

    private List<AuditLog.Entry> entries(Caller reader, Map<String, String> query) {
        var call = new Call(reader, "req_2", Office.by(reader).traceparent(), Map.of(), query, Map.of());
        Page<AuditLog.Entry> page = Objects.requireNonNull(
                office.as(reader, tx -> AuditLog.list(tx, call)).body());
        return page.data();
    }

    private List<String> faults() {
        return office.database.read(Orgs.all(), tx -> tx.handle()
                .createQuery("SELECT seq || ' ' || fault FROM shell.audit_faults() ORDER BY seq, fault")
                .mapTo(String.class)
                .list());
    }

    @Test
    void anEntrySaysWhoDidWhatFromWhere() {
        record(ADMIN, "note_1", Map.of("text", "new"));

        var entry = entries(ADMIN, Map.of()).getFirst();

        assertThat(entry.actor())
                .isEqualTo(new AuditLog.Actor("s-admin", "admin", "console", SHOP, List.of("org-admin")));
        assertThat(entry.action()).isEqualTo("note.renamed");
        assertThat(entry.subject()).isEqualTo("note_1");
        assertThat(entry.before()).hasToString("{\"text\":\"old\"}");
        assertThat(entry.after()).hasToString("{\"text\":\"new\"}");
        assertThat(entry.origin())
                .isEqualTo(new AuditLog.Origin(
                        "127.0.0.1", "41.202.207.1, 10.0.0.7", "req_1", "0af7651916cd43dd8448eb211c80319c"));
        assertThat(entry.seq()).isOne();
    }

    @Test
    void numbersAreMaskedWhereverTheyStand() {
        record(
                ADMIN,
                "note_1",
                Map.of("to", List.of(Map.of("text", "paid to 237677123456 at once")), "amount", 677123456));

        assertThat(String.valueOf(entries(ADMIN, Map.of()).getFirst().after()))
                .doesNotContain("237677123456")
                .contains("\"amount\":677123456");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\r\nlevel=INFO msg=forged",
                "\u001b[2K\u001b[1Aforged",
                "\"},{\"id\":\"au_forged\"",
                "', now()); DROP TABLE shell.audit_entry; --",
                "\u2028\u202eforged"
            })
    void aNameCannotForgeAnEntry(String name) {
        var caller = new Caller(name, SHOP, Set.of(Role.ORG_ADMIN), name, new Login("admin", null, ""));
        record(caller, "note_1", Map.of("text", name));

        var all = entries(ADMIN, Map.of());

        assertThat(all).singleElement().satisfies(entry -> {
            assertThat(entry.actor().subject()).isEqualTo(name);
            assertThat(Objects.requireNonNull(entry.after()).path("text").asString())
                    .isEqualTo(name);
        });
        assertThat(Json.text(all)).as("as it leaves").doesNotContain("\r", "\n", "\u001b");
        assertThat(faults()).isEmpty();
    }

    @Test
    void anIdThatIsNoneIsNotWritten() {
        assertThatThrownBy(() -> record(ADMIN, "note_1\nforged", Map.of())).hasMessageContaining("subject");
    }

    @Test
    void whoForgesWhereACallCameFromIsUnreadable() {
        var call = new Call(
                ADMIN,
                "req_1",
                Office.by(ADMIN).traceparent(),
                Map.of(),
                Map.of(),
                Map.of("x-forwarded-for", "41.202.207.1\" role=platform"),
                "10.0.0.1");
        office.as(ADMIN, tx -> {
            AuditLog.record(tx, call, "note.renamed", "note_1", null, null);
            return true;
        });

        assertThat(entries(ADMIN, Map.of()).getFirst().origin().forwardedFor()).isEqualTo("unreadable");
    }

    @Test
    void anOrganisationReadsItsOwnAndStaffReadAll() {
        var other = Office.person("s-other", "other", "librairie", Role.ORG_ADMIN);
        record(ADMIN, "note_1", Map.of());
        record(other, "note_2", Map.of());

        assertThat(entries(ADMIN, Map.of())).extracting(AuditLog.Entry::subject).containsExactly("note_1");
        assertThat(entries(Office.CHECKER, Map.of()))
                .extracting(AuditLog.Entry::subject)
                .containsExactlyInAnyOrder("note_1", "note_2");
        assertThat(entries(Office.CHECKER, Map.of("organisation", "librairie")))
                .extracting(AuditLog.Entry::subject)
                .containsExactly("note_2");
        assertThatThrownBy(() -> entries(ADMIN, Map.of("organisation", "librairie")))
                .hasMessageContaining("not_found");
    }

    @Test
    void thePlaceTheTimeAndTheHashAreTheDatabases() throws SQLException {
        record(ADMIN, "note_1", Map.of());
        office.app(insert("au_forged", "99", "'2001-01-01Z'"));

        var forged = entries(ADMIN, Map.of("subject", "note_9")).getFirst();

        assertThat(forged.seq()).isEqualTo(2);
        assertThat(forged.recordedAt()).isAfter(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(faults()).isEmpty();
    }

    private static String insert(String id, String seq, String at) {
        return """
                INSERT INTO shell.audit_entry (org_id, id, actor, person, client, actor_org, roles, action, subject, peer,
                       forwarded, request_id, trace_id, seq, recorded_at, previous, hash)
                VALUES ('boutique-douala', '%s', 's', '', '', '', '', 'note.renamed', 'note_9', '', '', '', '', %s, %s, '', '')
                """.formatted(id, seq, at);
    }

    @ParameterizedTest
    @ValueSource(strings = {"after = '{}'", "actor = 's-other'", "recorded_at = now()", "hash = ''"})
    void nobodyRewritesAnEntry(String change) {
        record(ADMIN, "note_1", Map.of());
        var statement = "UPDATE shell.audit_entry SET " + change;

        assertThatThrownBy(() -> office.app(statement)).hasMessageContaining("permission denied");
        assertThatThrownBy(() -> office.owner(statement)).hasMessageContaining("stays");
        assertThatThrownBy(() -> office.app("UPDATE shell.audit_head SET seq = 0"))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> office.app("INSERT INTO shell.audit_head VALUES ('x', 0, '')"))
                .hasMessageContaining("permission denied");
    }

    /** By somebody who can switch the triggers off: the chain shows it. */
    @Test
    void whatASuperuserDoesToTheChainShows() throws SQLException {
        LongStream.rangeClosed(1, 5).forEach(i -> record(ADMIN, "note_" + i, Map.of("i", i)));
        record(Office.person("s-other", "other", "librairie", Role.ORG_ADMIN), "note_6", Map.of());
        assertThat(faults()).isEmpty();

        office.withoutTriggers("UPDATE shell.audit_entry SET after = '{\"i\":7}' WHERE subject = 'note_2'");
        assertThat(faults()).containsExactly("2 changed");
        office.withoutTriggers("UPDATE shell.audit_entry SET after = '{\"i\":2}' WHERE subject = 'note_2'");
        assertThat(faults()).isEmpty();

        office.withoutTriggers("UPDATE shell.audit_entry SET person = '', client = person || client WHERE seq = 3");
        assertThat(faults()).as("moved from one field to the next").containsExactly("3 changed");
        office.withoutTriggers("UPDATE shell.audit_entry SET person = 'admin', client = 'console' WHERE seq = 3");

        office.withoutTriggers("DELETE FROM shell.audit_entry WHERE subject = 'note_5'");
        assertThat(faults()).containsExactly("5 the end is missing");
        office.withoutTriggers("DELETE FROM shell.audit_entry WHERE subject = 'note_3'");
        assertThat(faults()).containsExactly("4 something before it is missing", "5 the end is missing");
        office.withoutTriggers("DELETE FROM shell.audit_entry WHERE org_id = 'boutique-douala'");
        assertThat(faults()).containsExactly("5 the end is missing");
    }

    @Test
    void entriesOfOneMomentMakeOneChain() {
        try (var people = Executors.newFixedThreadPool(8)) {
            LongStream.range(0, 40).forEach(i -> people.execute(() -> record(ADMIN, "note_" + i, Map.of())));
        }

        assertThat(entries(ADMIN, Map.of("limit", "100")))
                .extracting(AuditLog.Entry::seq)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, 40).boxed().toList());
        assertThat(faults()).isEmpty();
    }

    @Test
    void everyStepOfAnApprovalIsWrittenDown() {
        var id = office.waiting();
        office.approve(Office.CHECKER, id);

        assertThat(entries(Office.CHECKER, Map.of("subject", id)))
                .extracting(AuditLog.Entry::action, entry -> entry.actor().person())
                .containsExactlyInAnyOrder(tuple("approval.requested", "maker"), tuple("approval.executed", "checker"));
    }
}
