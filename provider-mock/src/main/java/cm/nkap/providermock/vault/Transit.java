package cm.nkap.providermock.vault;

import cm.nkap.providermock.http.Answer;
import cm.nkap.providermock.http.Json;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import wiremock.com.fasterxml.jackson.databind.JsonNode;
import wiremock.com.fasterxml.jackson.databind.node.ObjectNode;

/** The Transit engine: it encrypts, hashes and signs under keys that never leave it. */
final class Transit {
    private static final Pattern MADE = Pattern.compile("vault:v([1-9][0-9]{0,8}):([A-Za-z0-9+/=]+)");

    private final InstantSource clock;
    private final Map<String, TransitKey> keys = new HashMap<>();

    Transit(InstantSource clock) {
        this.clock = clock;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Made(int version, byte[] bytes) {}

    synchronized void create(String name, String type) {
        keys.putIfAbsent(name, new TransitKey(type, clock.instant()));
    }

    synchronized void rotate(String name) {
        existing(name).rotate(clock.instant());
    }

    synchronized void oldestToDecrypt(String name, int version) {
        existing(name).oldestToDecrypt(version);
    }

    synchronized Answer describe(String name) {
        TransitKey key = existing(name);
        ObjectNode data = Json.object()
                .put("name", name)
                .put("type", key.type())
                .put("latest_version", key.latest())
                .put("min_decryption_version", key.oldestToDecrypt())
                .put("min_encryption_version", 0)
                .put("exportable", false)
                .put("deletion_allowed", false)
                .put("supports_encryption", !key.signs())
                .put("supports_signing", key.signs());
        ObjectNode all = data.putObject("keys");
        for (int version = key.oldestToDecrypt(); version <= key.latest(); version++) {
            String number = Integer.toString(version);
            if (key.signs()) {
                all.putObject(number)
                        .put("creation_time", key.made(version).toString())
                        .put("name", "ed25519")
                        .put("public_key", text(key.publicKey(version)));
            } else {
                all.put(number, key.made(version).getEpochSecond());
            }
        }
        return VaultAnswers.data(data);
    }

    synchronized Answer work(String what, String name, ObjectNode body) {
        TransitKey key = keys.get(name);
        if (key == null) {
            throw VaultAnswers.bad(
                    what.equals("sign") || what.equals("verify")
                            ? "signing key not found"
                            : "encryption key not found");
        }
        return VaultAnswers.data(
                switch (what) {
                    case "encrypt" -> encrypted(key, bytes(body, "plaintext"), body);
                    case "decrypt" -> Json.object().put("plaintext", text(decrypted(key, body)));
                    case "rewrap" -> encrypted(key, decrypted(key, body), body);
                    case "datakey/plaintext" -> dataKey(key, body);
                    case "hmac" ->
                        Json.object().put("hmac", made(key.latest(), key.hmac(key.latest(), bytes(body, "input"))));
                    case "sign" ->
                        Json.object()
                                .put("signature", made(key.latest(), key.sign(bytes(body, "input"))))
                                .put("key_version", key.latest());
                    case "verify" -> Json.object().put("valid", isGenuine(key, body));
                    default -> throw VaultAnswers.missing();
                });
    }

    private static ObjectNode encrypted(TransitKey key, byte[] plain, ObjectNode body) {
        return Json.object()
                .put("ciphertext", made(key.latest(), key.encrypt(plain, optional(body, "associated_data"))))
                .put("key_version", key.latest());
    }

    private static byte[] decrypted(TransitKey key, ObjectNode body) {
        Made made = read(body.path("ciphertext").asText());
        return key.decrypt(made.version(), made.bytes(), optional(body, "associated_data"));
    }

    private static ObjectNode dataKey(TransitKey key, ObjectNode body) {
        byte[] fresh = key.random(body.path("bits").asInt(256) / 8);
        return encrypted(key, fresh, Json.object()).put("plaintext", text(fresh));
    }

    private static boolean isGenuine(TransitKey key, ObjectNode body) {
        byte[] input = bytes(body, "input");
        if (body.has("hmac")) {
            Made made = read(body.path("hmac").asText());
            return MessageDigest.isEqual(key.hmac(made.version(), input), made.bytes());
        }
        Made made = read(body.path("signature").asText());
        return key.isSignature(made.version(), input, made.bytes());
    }

    private TransitKey existing(String name) {
        TransitKey key = keys.get(name);
        if (key == null) {
            throw VaultAnswers.missing();
        }
        return key;
    }

    private static Made read(String text) {
        Matcher parts = MADE.matcher(text);
        if (!parts.matches()) {
            throw VaultAnswers.bad("invalid ciphertext: no prefix");
        }
        try {
            return new Made(
                    Integer.parseInt(parts.group(1)), Base64.getDecoder().decode(parts.group(2)));
        } catch (IllegalArgumentException e) {
            throw VaultAnswers.bad("invalid ciphertext: could not decode base64");
        }
    }

    private static String made(int version, byte[] bytes) {
        return "vault:v" + version + ":" + text(bytes);
    }

    private static byte[] bytes(ObjectNode body, String field) {
        JsonNode value = body.path(field);
        if (!value.isTextual()) {
            throw VaultAnswers.bad("missing " + field);
        }
        return decode(value.asText(), field);
    }

    private static byte[] optional(ObjectNode body, String field) {
        return decode(body.path(field).asText(""), field);
    }

    private static byte[] decode(String text, String field) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw VaultAnswers.bad("failed to base64-decode " + field);
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
