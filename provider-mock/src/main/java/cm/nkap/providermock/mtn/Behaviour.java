package cm.nkap.providermock.mtn;

import org.jspecify.annotations.Nullable;

/**
 * What a number does: how its submission is received, how it ends, how the end is told.
 *
 * @param notice how the callback goes, or null for the current setting
 */
record Behaviour(
        Reception reception, Ending ending, @Nullable Notice notice, Telling telling) {

    /** What happens to the submitting POST. */
    sealed interface Reception {
        record Taken() implements Reception {}

        /** Never taken. */
        record Refused(int status, String code) implements Reception {}

        /** 503 for the first calls with a reference, then taken. */
        record RefusedAtFirst(int times) implements Reception {}

        /** The money moves, the caller sees a broken connection. */
        record ResetAfterTaking() implements Reception {}

        record ResetBeforeTaking() implements Reception {}

        /** Taken at once, answered after the hang. */
        record AnsweredLate() implements Reception {}

        /** Unknown (404) during the hang, then taken. */
        record TakenLate() implements Reception {}

        /** Hangs, then 503; never taken. */
        record RefusedLate() implements Reception {}

        /** The web firewall's page with status 200; never taken. */
        record HtmlInstead() implements Reception {}
    }

    sealed interface Ending {
        record Pays(Wait delay) implements Ending {}

        record Fails(String reason, Wait delay) implements Ending {}

        record StaysPending() implements Ending {}

        record ExpiresThenPays() implements Ending {}
    }

    enum Wait {
        AT_ONCE,
        USUAL,
        SLOW,
        HANG;

        long ms(Settings settings) {
            return switch (this) {
                case AT_ONCE -> 0;
                case USUAL -> settings.payAfterMs();
                case SLOW -> settings.slowPayMs();
                case HANG -> settings.hangMs();
            };
        }
    }

    /** What status answers and callbacks look like. */
    enum Telling {
        PLAIN,
        REASON_OBJECT,
        /** A tenth too little is reported; the books hold what was asked. */
        WRONG_AMOUNT,
        /** 404 for the first three status calls. */
        UNKNOWN_AT_FIRST,
        /** The undocumented CREATED in place of PENDING. */
        CREATED_FIRST
    }

    static Behaviour pays() {
        return pays(Wait.USUAL);
    }

    static Behaviour pays(Wait wait) {
        return ends(new Ending.Pays(wait));
    }

    static Behaviour fails(String reason) {
        return ends(new Ending.Fails(reason, Wait.USUAL));
    }

    static Behaviour failsAtOnce(String reason) {
        return ends(new Ending.Fails(reason, Wait.AT_ONCE));
    }

    static Behaviour refused(int status, String code) {
        return pays().received(new Reception.Refused(status, code));
    }

    static Behaviour ends(Ending ending) {
        return new Behaviour(new Reception.Taken(), ending, null, Telling.PLAIN);
    }

    Behaviour received(Reception how) {
        return new Behaviour(how, ending, notice, telling);
    }

    Behaviour noticed(Notice how) {
        return new Behaviour(reception, ending, how, telling);
    }

    Behaviour told(Telling how) {
        return new Behaviour(reception, ending, notice, how);
    }
}
