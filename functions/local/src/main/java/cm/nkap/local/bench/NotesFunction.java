package cm.nkap.local.bench;

import cm.nkap.events.ChargeEvent;
import cm.nkap.function.Command;
import cm.nkap.function.FunctionModule;
import cm.nkap.function.HttpRoute;
import cm.nkap.function.Operations;
import cm.nkap.function.Reply;
import cm.nkap.function.Role;
import cm.nkap.function.Tx;
import cm.nkap.payments.PersonalData;
import cm.nkap.payments.SealedNumber;
import cm.nkap.providers.Msisdn;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/**
 * The smallest command that there is, one row, as often as parts of the shell can be added to it. Only the benchmark
 * puts it before a shell; no list of functions names it.
 */
@FunctionModule("bench-notes")
@Configuration(proxyBeanMethods = false)
class NotesFunction {
    private static final Msisdn NUMBER = Msisdn.parse("237677123401").orElseThrow();

    record WriteNote(String text, long amount) {}

    record Note(String id, String text, long amount) {}

    @Bean
    HttpRoute openNoteRoute() {
        return HttpRoute.post("/v1/open", "openNote").open();
    }

    @Bean
    Function<Message<WriteNote>, Message<Note>> openNote(Operations operations) {
        return operations.change((tx, call, body) -> written(tx, "nobody", body));
    }

    @Bean
    HttpRoute knownNoteRoute() {
        return HttpRoute.post("/v1/known", "knownNote").roles(Role.MERCHANT);
    }

    @Bean
    Function<Message<WriteNote>, Message<Note>> knownNote(Operations operations) {
        return operations.change((tx, call, body) -> written(tx, call.caller().org(), body));
    }

    @Bean
    HttpRoute onceNoteRoute() {
        return HttpRoute.post("/v1/once", "onceNote").roles(Role.MERCHANT);
    }

    @Bean
    Function<Message<WriteNote>, Message<Note>> onceNote(Operations operations) {
        return operations.command((tx, call, body) -> written(tx, call.caller().org(), body));
    }

    @Bean
    HttpRoute ownedNoteRoute() {
        return HttpRoute.post("/v1/owned", "ownedNote").roles(Role.MERCHANT);
    }

    @Bean
    Function<Message<WriteNote>, Message<Note>> ownedNote(Operations operations) {
        return operations.command((tx, call, body) -> owned(tx, call.caller().org(), body));
    }

    @Bean
    HttpRoute toldNoteRoute() {
        return HttpRoute.post("/v1/told", "toldNote").roles(Role.MERCHANT);
    }

    @Bean
    Function<Message<WriteNote>, Message<Note>> toldNote(Operations operations) {
        return operations.command((tx, call, body) ->
                told(tx, call.caller().org(), owned(tx, call.caller().org(), body)));
    }

    @Bean
    HttpRoute sealedNoteRoute() {
        return HttpRoute.post("/v1/sealed", "sealedNote").roles(Role.MERCHANT);
    }

    @Bean
    Function<Message<WriteNote>, Message<Note>> sealedNote(Operations operations) {
        return operations.command(sealing(new PersonalData(new byte[32])));
    }

    private static Command<WriteNote, Note> sealing(PersonalData personal) {
        return (tx, call, body) -> {
            String org = call.caller().org();
            SealedNumber number = personal.seal(NUMBER, org);
            var note = new Note(UUID.randomUUID().toString(), body.text(), body.amount());
            tx.handle()
                    .createUpdate("INSERT INTO bench.owned_note (id, org_id, text, amount, sealed, hash)"
                            + " VALUES (:id, :org, :text, :amount, :sealed, :hash)")
                    .bind("id", note.id())
                    .bind("org", org)
                    .bind("text", note.text())
                    .bind("amount", note.amount())
                    .bind("sealed", number.sealed())
                    .bind("hash", number.hash())
                    .execute();
            return told(tx, org, Reply.created(note, "/v1/notes/" + note.id()));
        };
    }

    private static Reply<Note> told(Tx tx, String org, Reply<Note> reply) {
        tx.emit(org, new ChargeEvent.Failed("ch_" + UUID.randomUUID(), "mer_1", "bench"));
        return reply;
    }

    /** Into the table without a policy. */
    private static Reply<Note> written(Tx tx, String org, WriteNote body) {
        return insert(
                tx, "INSERT INTO bench.note (id, org, text, amount) VALUES (:id, :org, :text, :amount)", org, body);
    }

    /** Into the table whose policy looks at each row. */
    private static Reply<Note> owned(Tx tx, String org, WriteNote body) {
        return insert(
                tx,
                "INSERT INTO bench.owned_note (id, org_id, text, amount) VALUES (:id, :org, :text, :amount)",
                org,
                body);
    }

    private static Reply<Note> insert(Tx tx, String sql, String org, WriteNote body) {
        var note = new Note(UUID.randomUUID().toString(), body.text(), body.amount());
        tx.handle()
                .createUpdate(sql)
                .bind("id", note.id())
                .bind("org", org)
                .bind("text", note.text())
                .bind("amount", note.amount())
                .execute();
        return Reply.created(note, "/v1/notes/" + note.id());
    }
}
