package cm.nkap.providermock.mtn;

import cm.nkap.providermock.books.Books;
import cm.nkap.providermock.http.Answer;
import cm.nkap.providermock.http.Call;
import cm.nkap.providermock.http.Json;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicReference;
import wiremock.com.fasterxml.jackson.databind.JsonNode;
import wiremock.com.fasterxml.jackson.databind.node.ObjectNode;

/** MTN MoMo with one merchant: its calls below a base path, its switches for tests, its daily statement. */
public final class MtnSimulator implements AutoCloseable {
    private static final int TIMER_THREADS = 2;

    private final Books books;
    private final Settings firstSettings;
    private final AtomicReference<Settings> settings;
    private final Faults faults;
    private final MtnAccess access;
    private final Submissions submissions;
    private final Callbacks callbacks;
    private final MtnApi api;
    private final Statement statement;
    private final ScheduledThreadPoolExecutor timer;

    public MtnSimulator(MtnConfig config, Settings settings, Books books, InstantSource clock) {
        this.books = books;
        this.firstSettings = settings;
        this.settings = new AtomicReference<>(settings);
        this.timer = new ScheduledThreadPoolExecutor(
                TIMER_THREADS,
                Thread.ofPlatform().daemon().name("mtn-timer-", 0).factory());
        ApiUsers users = new ApiUsers(config);
        this.faults = new Faults(clock);
        this.access = new MtnAccess(config, users, clock);
        this.callbacks = new Callbacks(this.settings, config.currency(), clock, timer);
        this.submissions = new Submissions(books, callbacks, this.settings, clock, timer);
        this.statement = new Statement(books, config.currency());
        MtnRules rules = new MtnRules(config, users, books, clock);
        this.api = new MtnApi(new MtnParts(config, users, access, rules, submissions, books, faults, this.settings));
    }

    /** Brings payments that the books hold open to their end. */
    public void resume() {
        submissions.resume();
    }

    /** Answers a call whose path is already below the base path. */
    public Answer answer(Call call) {
        return call.is("GET", "/admin-statement") ? statement(call) : api.answer(call);
    }

    private Answer statement(Call call) {
        try {
            LocalDate day = LocalDate.parse(call.parameter("date").orElse(""));
            return Answer.text(200, "text/csv; charset=utf-8", statement.of(day));
        } catch (DateTimeParseException e) {
            return Answer.json(400, Json.object().put("error", "date=YYYY-MM-DD is required"));
        }
    }

    public JsonNode settings() {
        return Json.MAPPER.valueToTree(settings.get());
    }

    /** Replaces the named settings. */
    public JsonNode change(ObjectNode changes) {
        return Json.MAPPER.valueToTree(settings.updateAndGet(now -> now.changed(changes)));
    }

    public JsonNode fault() {
        return Json.MAPPER.valueToTree(faults.current());
    }

    public JsonNode switchFault(ObjectNode fault) {
        return Json.MAPPER.valueToTree(faults.set(fault));
    }

    public void clearFault() {
        faults.clear();
    }

    public void revokeTokens() {
        access.revokeTokens();
    }

    /** As on the first day: empty books, no fault, first settings. */
    public void reset() {
        faults.clear();
        settings.set(firstSettings);
        timer.getQueue().clear();
        books.reset();
        submissions.forget();
        api.forget();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        callbacks.close();
    }
}
