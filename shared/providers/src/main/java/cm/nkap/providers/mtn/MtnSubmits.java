package cm.nkap.providers.mtn;

import cm.nkap.providers.FailureCode;
import cm.nkap.providers.SubmitAnswer;

/** Judges the answer to a request to pay or a transfer. Everything that is not proved to have moved nothing is unknown. */
final class MtnSubmits {
    private MtnSubmits() {}

    static SubmitAnswer read(MtnReply reply) {
        return switch (reply) {
            case MtnReply.Answered answered -> read(answered);
            case MtnReply.NotConnected none -> new SubmitAnswer.NotSent("not connected", none.evidence());
            case MtnReply.Lost lost -> new SubmitAnswer.Unknown(lost.reason(), lost.evidence());
            case MtnReply.NoToken none
            when none.refused() -> new SubmitAnswer.Misconfigured("TOKEN_REFUSED", none.evidence());
            case MtnReply.NoToken none -> new SubmitAnswer.NotSent(none.reason(), none.evidence());
        };
    }

    private static SubmitAnswer read(MtnReply.Answered answered) {
        return switch (answered.status()) {
            case 202 -> accepted(answered);
            case 401 -> new SubmitAnswer.Misconfigured("UNAUTHORIZED", answered.evidence());
            case 429 -> new SubmitAnswer.Throttled(answered.retryAfter(), answered.evidence());
            default -> answered.status() < 400 ? unknown(answered) : refused(answered);
        };
    }

    private static SubmitAnswer accepted(MtnReply.Answered answered) {
        return answered.bare() || answered.json().isPresent()
                ? new SubmitAnswer.Accepted(answered.evidence())
                : new SubmitAnswer.Unknown("unreadable body", answered.evidence());
    }

    /** MTN sends logical errors as HTTP 500, so that the code is read before the status. */
    private static SubmitAnswer refused(MtnReply.Answered answered) {
        String code = answered.code();
        if (answered.status() == 409 && code.equals(MtnCodes.DUPLICATE)) {
            return new SubmitAnswer.AlreadyKnown(answered.evidence());
        }
        if (MtnCodes.isConfiguration(code)) {
            return new SubmitAnswer.Misconfigured(code, answered.evidence());
        }
        return MtnCodes.refusal(code)
                .map(failure -> refusal(failure, answered))
                .orElseGet(() -> withoutDecisiveCode(answered));
    }

    private static SubmitAnswer refusal(FailureCode failure, MtnReply.Answered answered) {
        String message = answered.message();
        return new SubmitAnswer.Refused(
                failure, message.isBlank() ? failure.description() : message, answered.evidence());
    }

    private static SubmitAnswer withoutDecisiveCode(MtnReply.Answered answered) {
        String code = answered.code();
        boolean refusedUs = answered.status() == 400 || answered.status() == 403 || answered.status() == 404;
        // A page of HTML may come from anything on the way; only MTN or its gateway speak JSON.
        if (refusedUs && answered.json().isPresent()) {
            String why = code.isEmpty() ? "HTTP_" + answered.status() : code;
            return new SubmitAnswer.Misconfigured(why, answered.evidence());
        }
        return unknown(answered);
    }

    private static SubmitAnswer unknown(MtnReply.Answered answered) {
        return new SubmitAnswer.Unknown(
                ("HTTP " + answered.status() + " " + answered.code()).strip(), answered.evidence());
    }
}
