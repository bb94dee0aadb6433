package cm.nkap.function;

import cm.nkap.events.ChargeEvent;
import cm.nkap.events.Envelope;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/** A function as its author writes one, small enough to test the shell with. */
@FunctionModule("notebook")
@Configuration(proxyBeanMethods = false)
class Notebook {
    record Author(String name) implements Validated {
        @Override
        public void check(Faults faults) {
            if (name.isBlank()) {
                faults.add("name", "invalid", "A name is not blank");
            }
        }
    }

    record WriteNote(
            String text,
            long amount,
            @Nullable Author author,
            @Nullable List<String> tags) implements Validated {
        @Override
        public void check(Faults faults) {
            if (amount < 0) {
                faults.add("amount", "invalid", "An amount is not negative");
            }
        }
    }

    record Note(
            String id,
            String text,
            long amount,
            String orgId,
            Instant writtenAt,
            @Nullable String failure) {}

    record Notes(List<Note> data, boolean hasMore) {}

    record Nothing() {}

    record Seen(int bytes, List<String> headers, String kind) {}

    @Bean
    HttpRoute writeNoteRoute() {
        return HttpRoute.post("/v1/notes", "writeNote").roles(Role.MERCHANT, Role.CUSTOMER);
    }

    @Bean
    Function<Message<WriteNote>, Message<Note>> writeNote(Operations operations) {
        return operations.command(Notebook::write);
    }

    @Bean
    HttpRoute renameRoute() {
        return HttpRoute.put("/v1/notes/{id}", "renameNote").roles(Role.MERCHANT);
    }

    @Bean
    Function<Message<WriteNote>, Message<Note>> renameNote(Operations operations) {
        return operations.change((tx, call, body) -> {
            int rows = tx.handle()
                    .createUpdate("UPDATE notebook.note SET text = :text, amount = :amount WHERE id = :id")
                    .bind("text", body.text())
                    .bind("amount", body.amount())
                    .bind("id", Long.parseLong(call.path("id")))
                    .execute();
            if (rows == 0) {
                throw Problem.notFound("note");
            }
            return Reply.ok(new Note(
                    call.path("id"), body.text(), body.amount(), call.caller().org(), tx.now(), null));
        });
    }

    @Bean
    HttpRoute readNotesRoute() {
        return HttpRoute.get("/v1/notes", "readNotes").anyRole();
    }

    @Bean
    Function<Message<byte[]>, Message<Notes>> readNotes(Operations operations) {
        return operations.read((tx, call) -> Reply.ok(new Notes(all(tx), false)));
    }

    @Bean
    HttpRoute readNoteRoute() {
        return HttpRoute.get("/v1/notes/{id}", "readNote").anyRole();
    }

    @Bean
    Function<Message<byte[]>, Message<Note>> readNote(Operations operations) {
        return operations.read((tx, call) -> all(tx).stream()
                .filter(note -> note.id().equals(call.path("id")))
                .findFirst()
                .map(Reply::ok)
                .orElseThrow(() -> Problem.notFound("note")));
    }

    @Bean
    HttpRoute postcardRoute() {
        return HttpRoute.post("/v1/postcards/{kind}", "postcard")
                .also("PUT")
                .open()
                .accepting()
                .maxBody(100);
    }

    @Bean
    Function<Message<byte[]>, Message<Seen>> postcard(Operations operations) {
        return operations.raw((call, body) -> new Reply<>(
                200,
                new Seen(body.length, call.headers().keySet().stream().sorted().toList(), call.path("kind")),
                java.util.Map.of("X-Leaks", "yes", "Authorization", "leaks", "Retry-After", "7")));
    }

    @Bean
    HttpRoute tickRoute() {
        return HttpRoute.post("/internal/notebook/tick", "postcardTick").open();
    }

    @Bean
    Function<Message<byte[]>, Message<Nothing>> postcardTick(Operations operations) {
        return operations.raw((call, body) -> Reply.empty(204));
    }

    @Bean
    HttpRoute closeRoute() {
        return HttpRoute.post("/v1/notes/{id}/closing", "closeNote").roles(Role.MERCHANT);
    }

    @Bean
    Function<Message<Nothing>, Message<Note>> closeNote(Operations operations) {
        return operations.command((tx, call, body) -> Reply.empty(204));
    }

    @Bean
    HttpRoute burnRoute() {
        return HttpRoute.post("/v1/notes/{id}/burning", "closeNote")
                .roles(Role.MERCHANT)
                .stepUp();
    }

    @Bean
    EventTrigger chargeFailed() {
        return EventTrigger.of("notebook", "nkap.charge.failed", "noteFailure");
    }

    @Bean
    Consumer<EventBatch> noteFailure(Operations operations) {
        var settlement = operations.settlement("notebook", Notebook::settle);
        return batch -> {
            Behaviour.ARRIVED.incrementAndGet();
            settlement.accept(batch);
        };
    }

    @Bean
    EventTrigger chargeExpired() {
        return EventTrigger.of("notebook", "nkap.charge.expired", "noteExpiry");
    }

    @Bean
    Consumer<EventBatch> noteExpiry(Operations operations, Database database) {
        return operations.reaction(
                "notebook",
                event -> database.run(Orgs.of(event.org()), tx -> {
                    Behaviour.react(event);
                    insert(tx, event.org(), "expired " + event.event().about(), 0);
                }));
    }

    private static Reply<Note> write(Tx tx, Call call, WriteNote body) {
        var org = call.caller().org();
        Behaviour.before(body.text());
        var id = insert(tx, org, body.text(), body.amount());
        tx.emit(org, new ChargeEvent.Failed("ch_" + id, "mer_1", body.text()));
        Behaviour.after(body.text());
        var note = new Note(Long.toString(id), body.text(), body.amount(), org, tx.now(), null);
        return Reply.created(note, "/v1/notes/" + id);
    }

    private static void settle(Tx tx, List<Envelope> events) {
        Behaviour.settled(events.size());
        for (var event : events) {
            if (event.event() instanceof ChargeEvent.Failed failed) {
                if (failed.code().equals("poison")) {
                    throw new IllegalStateException("poison");
                }
                insert(tx, event.org(), "failed " + failed.charge(), 1);
                tx.emit(event.org(), new ChargeEvent.Expired(failed.charge(), failed.merchant()));
            }
        }
    }

    private static long insert(Tx tx, String org, String text, long amount) {
        return tx.handle()
                .createQuery(
                        "INSERT INTO notebook.note (org_id, text, amount) VALUES (:org, :text, :amount) RETURNING id")
                .bind("org", org)
                .bind("text", text)
                .bind("amount", amount)
                .mapTo(Long.class)
                .one();
    }

    private static List<Note> all(Tx tx) {
        return tx.handle()
                .createQuery("SELECT id, text, amount, org_id FROM notebook.note ORDER BY id")
                .map((row, context) -> new Note(
                        row.getString("id"),
                        row.getString("text"),
                        row.getLong("amount"),
                        row.getString("org_id"),
                        tx.now(),
                        null))
                .list();
    }
}
