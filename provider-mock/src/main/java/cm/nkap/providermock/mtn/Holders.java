package cm.nkap.providermock.mtn;

import cm.nkap.providermock.http.Answer;
import cm.nkap.providermock.http.Json;
import java.util.Locale;

/** Account holders: all exist and are active but the few that MTN's testing page and our table name. */
final class Holders {
    private static final String[] GIVEN = {
        "Aline", "Boris", "Clarisse", "Didier", "Estelle", "Fabrice", "Grace", "Herve"
    };
    private static final String[] FAMILY = {
        "ATANGANA", "BELINGA", "EKWALLA", "FOTSO", "KAMGA", "MBARGA", "NGONO", "TCHOUA"
    };

    private Holders() {}

    static Answer active(String msisdn) {
        return switch (problemOf(msisdn)) {
            case "50" -> MtnErrors.notFound();
            case "51" -> Answer.json(200, Json.object().put("result", false));
            case "52" -> MtnErrors.of(500, "NOT_ALLOWED");
            case "53" -> MtnErrors.of(500, "NOT_ALLOWED_TARGET_ENVIRONMENT");
            case "54" -> MtnErrors.of(500, "INTERNAL_PROCESSING_ERROR");
            case "55" -> MtnErrors.unavailable();
            default -> Answer.json(200, Json.object().put("result", true));
        };
    }

    /** Last two digits of a number that MTN documents; our unknown number is like MTN's 50. */
    private static String problemOf(String msisdn) {
        if (Numbers.isUnknown(msisdn)) {
            return "50";
        }
        return Numbers.isMtn(msisdn) ? msisdn.substring(msisdn.length() - 2) : "";
    }

    static Answer named(String msisdn) {
        if (problemOf(msisdn).equals("50")) {
            return MtnErrors.notFound();
        }
        return Answer.json(
                200,
                Json.object()
                        .put("given_name", given(msisdn))
                        .put("family_name", family(msisdn))
                        .put("birthdate", "1990-01-01")
                        .put("locale", "fr_CM")
                        .put("gender", "MALE")
                        .put("status", "ACTIVE"));
    }

    /** The invented name of a number, always the same one. */
    static String name(String msisdn) {
        return given(msisdn).toUpperCase(Locale.ROOT) + " " + family(msisdn);
    }

    private static String given(String msisdn) {
        return GIVEN[Math.floorMod(msisdn.hashCode(), GIVEN.length)];
    }

    private static String family(String msisdn) {
        return FAMILY[Math.floorMod(msisdn.hashCode() / GIVEN.length, FAMILY.length)];
    }
}
