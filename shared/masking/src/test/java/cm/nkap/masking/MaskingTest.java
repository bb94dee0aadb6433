package cm.nkap.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskingTest {
    private static final int SAMPLES = 20_000;
    private static final List<String> WAYS = List.of(
            "237%s",
            "+237%s",
            "00237%s",
            "+237 %s",
            "237 %s",
            "237-%s",
            "237.%s",
            "%s",
            "(%s)",
            "\"%s\"",
            "<%s>",
            "msisdn=%s",
            "{\"partyId\":\"%s\"}",
            "tel:+237%s",
            "%s.",
            "%s,",
            "de %s:",
            "payer %s says no",
            "no=237%s&x=1",
            "\u202f%s");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "237677123401", "+237677123401", "00237677123401", "237 677 12 34 01", "+237 6 77 12 34 01",
                        "677123401",
                "677 12 34 01", "677-12-34-01", "677.12.34.01", "677 123 401", "6 77 12 34 01", "237.677.123.401",
                "+237-677123401"
            })
    void knowsANumberHoweverItIsWritten(String written) {
        assertThat(Masking.mask("the payer " + written + " has no money"))
                .isEqualTo("the payer 2376••••••01 has no money");
    }

    @ParameterizedTest
    @ValueSource(strings = {"237222123456", "222 12 34 56", "237242123456", "243123456", "233123456", "46733123453"})
    void knowsFixedLinesCamtelAndTheSandboxToo(String written) {
        assertThat(Masking.mask("party " + written)).doesNotContain(written).contains("••••••");
    }

    @Test
    void knowsEveryNumberInEveryForm() {
        var random = new Random(7);
        for (int i = 0; i < SAMPLES; i++) {
            String digits = "6%08d".formatted(random.nextInt(100_000_000));
            String shape = WAYS.get(random.nextInt(WAYS.size()));
            String text = "msg=x " + shape.formatted(grouped(digits, random)) + " end";

            String masked = Masking.mask(text);

            assertThat(masked.replaceAll("[^0-9]", "")).as(text).doesNotContain(digits);
            assertThat(masked).startsWith("msg=x ").endsWith(" end");
        }
    }

    private static String grouped(String digits, Random random) {
        String sign = Stream.of(" ", "-", ".", "\u00a0").toList().get(random.nextInt(4));
        int[] groups = new int[][] {{9}, {3, 2, 2, 2}, {3, 3, 3}, {1, 2, 2, 2, 2}}[random.nextInt(4)];
        StringBuilder grouped = new StringBuilder();
        int at = 0;
        for (int size : groups) {
            grouped.append(at == 0 ? "" : sign).append(digits, at, at + size);
            at += size;
        }
        return grouped.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "amount=650000000",
                "{\"amount\":677123401,\"currency\":\"XAF\"}",
                "asked for 650000000 XAF",
                "650 000 000 XAF",
                "650 000 000 FCFA",
                "balance=-650000000 held=677123401",
                "total_debit=699999999",
                "lag=622222222",
                "financialTransactionId\":\"612345678\"",
                "provider_transaction=634567890",
                "took=650000000 ns",
                "2026-11-22T21:50:45.237612345Z",
                "2026-11-22T21:50:22.222Z",
                "1237677123401",
                "2376771234012",
                "span 00f067aa0ba902b7",
                "http://127.0.0.1:23761/x",
                "6.12345678",
                "612.345678",
                "v6.77.12",
                "token: expired",
                "invalid token: the signature does not match",
                "Bearer token is missing",
                "WWW-Authenticate: Bearer error=\"invalid_token\"",
                "Basic authentication",
                "token=null",
                "pin code",
                "secrets=3",
                "idempotency-key: k-1",
                "eyJ is how a token begins",
                "key=value"
            })
    void leavesWhatIsNone(String text) {
        assertThat(Masking.mask(text)).isSameAs(text);
    }

    /** Ids, times, traces and amounts of every size, as they stand in our lines. */
    @Test
    void damagesNoIdNoTimeAndNoAmount() {
        var random = new Random(11);
        for (int i = 0; i < SAMPLES; i++) {
            String text = "ts="
                    + Instant.ofEpochSecond(1_700_000_000L + random.nextInt(400_000_000), random.nextInt(1_000_000_000))
                    + " request=req_" + crockford(random) + " payment=ch_" + crockford(random) + " trace="
                    + hex(random, 32)
                    + " span=" + hex(random, 16) + " reference=" + uuid(random) + " amount="
                    + random.nextInt(1_000_000_000)
                    + " millis=" + (1_700_000_000_000L + random.nextInt()) + " seq=" + random.nextInt(1_000_000_000)
                    + " asked for " + random.nextInt(1_000_000_000) + " XAF, took " + random.nextInt(1_000_000_000)
                    + " ns transaction=" + random.nextInt(1_000_000_000) + " at 127.0.0.1:" + random.nextInt(65_536);

            assertThat(Masking.mask(text)).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer s3cr3t.VALUE",
                "authorization=Basic czNjcjN0LlZBTFVF",
                "Bearer s3cr3t.VALUE",
                "client_secret=s3cr3t.VALUE&grant_type=x",
                "{\"password\":\"s3cr3t.VALUE\"}",
                "password=s3cr3t.VALUE",
                "{\\\"access_token\\\":\\\"s3cr3t.VALUE\\\"}",
                "Ocp-Apim-Subscription-Key: s3cr3t.VALUE",
                "x-nkap-event-secret: s3cr3t.VALUE",
                "NKAP_MTN_API_KEY=s3cr3t.VALUE",
                "jdbc:postgresql://h/d?password=s3cr3t.VALUE",
                "Password: s3cr3t.VALUE",
                "{\"pin\": \"s3cr3t.VALUE\"}",
                "Set-Cookie: s3cr3t.VALUE",
                "callback_token=s3cr3t.VALUE",
                "secret_id='s3cr3t.VALUE'",
                "eyJhbGciOiJub25lIn0.s3cr3t.VALUE",
                "got eyJhbGciOiJub25lIn0.s3cr3t.VALUE.",
                "hvs.CAESs3cr3t.VALUE1234"
            })
    void hidesTokensAndSecrets(String text) {
        String masked = Masking.mask("before " + text + " after");

        assertThat(masked)
                .doesNotContain("s3cr3t")
                .doesNotContain("czNjc")
                .contains("•••")
                .startsWith("before ");
        assertThat(masked).as("nothing but the value is lost").endsWith(" after");
    }

    @Test
    void masksTheSameTextTwiceAsOnce() {
        String once = Masking.mask("237677123401 Bearer abcDEF123456 password=x1");

        assertThat(Masking.mask(once)).isEqualTo(once);
    }

    @Test
    void bearsAnyText() {
        var random = new Random(13);
        String alphabet = "0123456789237+ .-:=\"\\eyJbB\u00a0é{}Bearer password";
        for (int i = 0; i < SAMPLES; i++) {
            String text = random.ints(random.nextInt(60), 0, alphabet.length())
                    .mapToObj(at -> String.valueOf(alphabet.charAt(at)))
                    .collect(Collectors.joining());

            assertThat(Masking.mask(text)).isNotNull();
        }
    }

    private static String crockford(Random random) {
        return random.ints(26, 0, 32)
                .mapToObj(at -> String.valueOf("0123456789abcdefghjkmnpqrstvwxyz".charAt(at)))
                .collect(Collectors.joining());
    }

    private static String hex(Random random, int digits) {
        return ("0".repeat(digits) + new BigInteger(digits * 4, random).toString(16))
                .replaceFirst("^.*(?=.{" + digits + "}$)", "");
    }

    private static UUID uuid(Random random) {
        return new UUID(random.nextLong(), random.nextLong());
    }
}
