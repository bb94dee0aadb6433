package cm.nkap.providermock.http;

import wiremock.com.fasterxml.jackson.databind.JsonNode;

/** What the caller gets: a page, or a broken connection. Delays are in milliseconds and hold no thread. */
public sealed interface Answer {

    long delayMs();

    Answer after(long ms);

    record Page(int status, String contentType, String body, long delayMs) implements Answer {
        @Override
        public Answer after(long ms) {
            return new Page(status, contentType, body, ms);
        }
    }

    /** TCP reset: the caller cannot tell whether the request was taken. */
    record Reset(long delayMs) implements Answer {
        @Override
        public Answer after(long ms) {
            return new Reset(ms);
        }
    }

    static Answer empty(int status) {
        return new Page(status, "", "", 0);
    }

    static Answer json(int status, JsonNode body) {
        return new Page(status, "application/json", body.toString(), 0);
    }

    static Answer text(int status, String contentType, String body) {
        return new Page(status, contentType, body, 0);
    }

    static Answer reset() {
        return new Reset(0);
    }
}
