package cm.nkap.providermock.mtn;

import cm.nkap.providermock.http.Answer;
import cm.nkap.providermock.http.Json;
import java.util.Map;
import wiremock.com.fasterxml.jackson.databind.node.ObjectNode;

/** MTN's error bodies: {@code code} and {@code message} from the API, {@code statusCode} from the gateway before it. */
final class MtnErrors {
    private static final Map<String, String> MESSAGES = Map.ofEntries(
            Map.entry("RESOURCE_ALREADY_EXIST", "Duplicated reference id. Creation of resource failed."),
            Map.entry("RESOURCE_NOT_FOUND", "Requested resource was not found."),
            Map.entry("NOT_ALLOWED_TARGET_ENVIRONMENT", "Access to target environment is forbidden."),
            Map.entry("INVALID_CALLBACK_URL_HOST", "Callback URL does not match the configured value."),
            Map.entry("INVALID_CURRENCY", "Currency not supported."),
            Map.entry("SERVICE_UNAVAILABLE", "Service temporarily unavailable, try again later."),
            Map.entry("NOT_ALLOWED", "Authorization failed. Insufficient permissions."),
            Map.entry("INTERNAL_PROCESSING_ERROR", "An internal error occurred while processing."),
            Map.entry("PAYER_NOT_FOUND", "Payer does not exist"),
            Map.entry("PAYEE_NOT_FOUND", "Payee does not exist"));

    /** The page of the web firewall in front of MTN, sent with status 200. */
    private static final String REJECTED =
            "<html><head><title>Request Rejected</title></head><body>The requested URL was "
                    + "rejected. Please consult with your administrator.</body></html>";

    private MtnErrors() {}

    static ObjectNode body(String code) {
        return Json.object().put("code", code).put("message", MESSAGES.getOrDefault(code, code));
    }

    static Answer of(int status, String code) {
        return Answer.json(status, body(code));
    }

    static Answer notFound() {
        return of(404, "RESOURCE_NOT_FOUND");
    }

    static Answer badRequest(String message) {
        return Answer.json(400, Json.object().put("code", "BAD_REQUEST").put("message", message));
    }

    static Answer unavailable() {
        return of(503, "SERVICE_UNAVAILABLE");
    }

    static Answer gateway(int status, String message) {
        return Answer.json(status, Json.object().put("statusCode", status).put("message", message));
    }

    static Answer html() {
        return Answer.text(200, "text/html; charset=utf-8", REJECTED);
    }
}
