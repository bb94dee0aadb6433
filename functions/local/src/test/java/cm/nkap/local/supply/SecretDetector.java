package cm.nkap.local.supply;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a secret looks when it stands in a text. The group {@code secret} of each pattern is what must not be there. */
enum SecretDetector {
    PRIVATE_KEY(
            "-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[\\s\\\\n\"+|]*(?<secret>[A-Za-z0-9+/=]{40,})",
            Look.ANY),
    /** The same without its armour: how the keys of Ed25519, P-256 and RSA begin in base64. */
    BARE_PRIVATE_KEY(
            "(?<secret>(?:MC4CAQAwBQYDK2Vw|MIG[HT]AgEAMBMGByqGSM49|MII[A-Za-z0-9+/]{2,6}IBADANBgkqhkiG9w0BAQEF)"
                    + "[A-Za-z0-9+/]{24,}={0,2})",
            Look.ANY),
    /** The private part of a key as JSON. */
    JSON_PRIVATE_KEY("\\\\?\"d\\\\?\"\\s*:\\s*\\\\?\"(?<secret>[A-Za-z0-9_-]{40,})\\\\?\"", Look.ANY),
    JSON_WEB_TOKEN("(?<secret>\\beyJ[A-Za-z0-9_-]{15,}\\.[A-Za-z0-9_-]{15,}\\.[A-Za-z0-9_-]{20,})", Look.ANY),
    CLOUD_KEY(
            "(?<secret>\\b(?:(?:AKIA|ASIA)[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{35}|ya29\\.[0-9A-Za-z_-]{30,}|dop_v1_[0-9a-f]{64}"
                    + "|sk_live_[0-9A-Za-z]{20,}|AccountKey=[A-Za-z0-9+/]{60,}={0,2}))",
            Look.ANY),
    VAULT_TOKEN("(?<secret>\\bhv[sbr]\\.[A-Za-z0-9_-]{20,}|(?<![A-Za-z0-9_.$])s\\.[A-Za-z0-9]{24}\\b)", Look.MIXED),
    CHAT_OR_CODE_TOKEN(
            "(?<secret>\\b(?:xox[abeoprs]-[0-9A-Za-z-]{20,}|gh[opsur]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{50,}"
                    + "|glpat-[0-9A-Za-z_-]{20,}|npm_[0-9A-Za-z]{36})|hooks\\.slack\\.com/services/[0-9A-Za-z/]{30,})",
            Look.ANY),
    PASSWORD_IN_URL(
            "\\b[a-z][a-z0-9+.-]{1,20}://[^/\\s:@\"'<>{}$]{0,60}:(?<secret>[^/\\s@\"'<>{}$%]{3,80})@[A-Za-z0-9\\[]",
            Look.ANY),
    BASIC_LOGIN("(?i)\\bauthorization\\W{1,6}basic\\s+(?<secret>[A-Za-z0-9+/]{12,}={0,2})", Look.ANY),
    /** A name that says secret, and a literal in quotes as its value. */
    ASSIGNED(Look.NAMED + "\\s{0,3}(?:[=:]|=>)\\s{0,3}" + Look.QUOTED, Look.ANY),
    /** The same handed to a call or a map, where most literals are names. */
    PASSED(Look.NAMED + "\\s{0,3},\\s{0,3}" + Look.QUOTED, Look.MIXED),
    /** The same as files of settings write it: no quotes, a line of its own. */
    SETTING(
            "(?m)^\\s*(?:export )?[A-Za-z0-9_.-]{0,40}" + Look.SAYS_SECRET
                    + "[A-Za-z0-9_-]{0,20}\\s{0,3}[=:]\\s{0,3}(?<secret>[^\\s\"'$<>{}()]{8,200})\\s*$",
            Look.MIXED),
    RANDOM_BASE64(
            "(?<![A-Za-z0-9+/_=.$-])(?<secret>[A-Za-z0-9+/_-]{32,512}={0,2})(?![A-Za-z0-9+/_(-])", Look.RANDOM_BASE64),
    RANDOM_HEX(
            "(?<![A-Za-z0-9+/_=-])(?<secret>[0-9a-f]{32,512}|[0-9A-F]{32,512})(?![A-Za-z0-9+/_=-])", Look.RANDOM_HEX);

    private final Pattern pattern;
    private final Look look;

    SecretDetector(String pattern, Look look) {
        this.pattern = Pattern.compile(pattern);
        this.look = look;
    }

    /** Where a secret begins, and the secret. */
    record Hit(SecretDetector detector, int at, String secret) {}

    List<Hit> in(String text) {
        List<Hit> hits = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            String secret = matcher.group("secret");
            if (look.is(secret)) {
                hits.add(new Hit(this, matcher.start("secret"), secret));
            }
        }
        return hits;
    }
}
