package cm.nkap.function.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import cm.nkap.function.Fault;
import cm.nkap.function.Faults;
import cm.nkap.function.Problem;
import cm.nkap.function.Validated;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordBinderTest {
    enum Speed {
        AT_ONCE,
        LATER
    }

    record Customer(String msisdn, @Nullable String provider) implements Validated {
        @Override
        public void check(Faults faults) {
            if (!msisdn.startsWith("237")) {
                faults.add("msisdn", "invalid", "Not a number of Cameroon");
            }
        }
    }

    record Milestone(long amount) {
        Milestone {
            if (amount == 0) {
                throw new IllegalArgumentException("A milestone is not empty");
            }
        }
    }

    record Order(
            long amount,
            int parts,
            boolean urgent,
            Customer customer,
            @Nullable Speed speed,
            @Nullable Instant dueAt,
            @Nullable LocalDate day,
            @Nullable Duration releaseAfter,
            @Nullable List<Milestone> milestones,
            @Nullable Map<String, String> metadata)
            implements Validated {
        @Override
        public void check(Faults faults) {
            if (parts < 1) {
                faults.add("parts", "invalid", "At least one");
            }
        }
    }

    record Limits(long most) {}

    private static final String LEAST =
            "{\"amount\":5,\"parts\":1,\"urgent\":false,\"customer\":{\"msisdn\":\"237670000001\"}";

    private static Order read(String json) {
        return RecordBinder.read(json.getBytes(StandardCharsets.UTF_8), Order.class);
    }

    private static List<Fault> faults(String json) {
        var problem = catchThrowableOfType(Problem.class, () -> read(json));
        assertThat(problem).as(json).isNotNull();
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.code()).isEqualTo("invalid_request");
        return problem.errors();
    }

    private static List<String> told(String json) {
        return faults(json).stream()
                .map(fault -> fault.param() + " " + fault.code())
                .toList();
    }

    @Test
    void bindsEveryKindOfValue() {
        var order = read(LEAST
                + ",\"speed\":\"at_once\",\"due_at\":\"2026-01-31T13:00:00+01:00\",\"day\":\"2026-01-31\","
                + "\"release_after\":\"P3D\",\"milestones\":[{\"amount\":2}],\"metadata\":{\"k\":\"v\"}}");

        assertThat(order)
                .isEqualTo(new Order(
                        5,
                        1,
                        false,
                        new Customer("237670000001", null),
                        Speed.AT_ONCE,
                        Instant.parse("2026-01-31T12:00:00Z"),
                        LocalDate.parse("2026-01-31"),
                        Duration.ofDays(3),
                        List.of(new Milestone(2)),
                        Map.of("k", "v")));
    }

    @Test
    void namesAllFaultsAtOnce() {
        assertThat(told(
                        "{\"amount\":\"5\",\"parts\":1.5,\"customer\":{\"msisdn\":7,\"pin\":\"1234\"},\"status\":\"paid\","
                                + "\"milestones\":[{\"amount\":1},{\"amount\":true}],\"amount\":6}"))
                .containsExactlyInAnyOrder(
                        "amount duplicate_field",
                        "amount wrong_type",
                        "parts wrong_type",
                        "urgent missing",
                        "customer.msisdn wrong_type",
                        "customer.pin unknown_field",
                        "status unknown_field",
                        "milestones[1].amount wrong_type");
    }

    @Test
    void ownRulesOfPartsAreToldWithTheirPath() {
        assertThat(told("{\"amount\":1,\"parts\":0,\"urgent\":true,\"customer\":{\"msisdn\":\"33612345678\"}}"))
                .containsExactly("customer.msisdn invalid", "parts invalid");
        assertThat(told(LEAST.replace("\"parts\":1", "\"parts\":0") + "}")).containsExactly("parts invalid");
        assertThat(told(LEAST + ",\"milestones\":[{\"amount\":0}]}")).containsExactly("milestones[0] invalid");
    }

    @Test
    void nullIsNoValueForWhatIsRequired() {
        assertThat(told("{\"amount\":null,\"parts\":1,\"urgent\":true,\"customer\":null,\"speed\":null}"))
                .containsExactlyInAnyOrder("amount missing", "customer missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.0", "5e0", "1e308", "\"5\"", "true", "[5]", "{}"})
    void whatIsNoWholeNumberIsNotMadeOne(String amount) {
        var problem = catchThrowableOfType(
                Problem.class,
                () -> RecordBinder.read(("{\"most\":" + amount + "}").getBytes(StandardCharsets.UTF_8), Limits.class));
        assertThat(problem.errors()).extracting(Fault::code).containsExactly("wrong_type");
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775807, true",
        "-9223372036854775808, true",
        "9223372036854775808, false",
        "99999999999999999999999999, false"
    })
    void integersEndWhereLongEnds(String number, boolean fits) {
        var json = ("{\"most\":" + number + "}").getBytes(StandardCharsets.UTF_8);
        if (fits) {
            assertThat(RecordBinder.read(json, Limits.class).most()).isEqualTo(Long.parseLong(number));
        } else {
            var problem = catchThrowableOfType(Problem.class, () -> RecordBinder.read(json, Limits.class));
            assertThat(problem.errors()).extracting(Fault::code).containsExactly("out_of_range");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "7",
                "{",
                "{\"amount\":1,}",
                "{\"amount\":01}",
                "{amount:1}",
                "{\"amount\":NaN}",
                "{} {}",
                "{}x",
                "{\"amount\":1} // c"
            })
    void whatIsNotOneJsonObjectIsRefused(String body) {
        assertThat(faults(body)).isNotEmpty();
    }

    @Test
    void depthLengthAndWidthAreLimited() {
        assertThat(told("[".repeat(10_000))).containsExactly(" too_large");
        assertThat(told("{\"amount\":" + "9".repeat(1_000) + "}")).containsExactly(" too_large");
        assertThat(told(LEAST + ",\"metadata\":{\"k\":\"" + "x".repeat(2_001) + "\"}}"))
                .containsExactly("metadata.k too_long");
        var many = new StringBuilder(LEAST);
        for (int i = 0; i < 5_000; i++) {
            many.append(",\"f").append(i).append("\":1");
        }
        assertThat(told(many + "}")).hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\u0000b", "a\\u001bb", "\\ud800"})
    void textThatADatabaseOrATerminalWouldChokeOnIsRefused(String text) {
        assertThat(told(LEAST + ",\"metadata\":{\"k\":\"" + text + "\"}}")).containsExactly("metadata.k invalid");
    }

    @Test
    void onlyUtf8IsJson() {
        var wide = catchThrowableOfType(
                Problem.class,
                () -> RecordBinder.read("{\"most\":1}".getBytes(StandardCharsets.UTF_16LE), Limits.class));
        assertThat(wide.errors()).extracting(Fault::code).containsExactly("malformed");
        var broken = catchThrowableOfType(
                Problem.class, () -> RecordBinder.read(new byte[] {'"', (byte) 0xC3, '"'}, Limits.class));
        assertThat(broken.errors()).extracting(Fault::code).containsExactly("malformed");
    }

    @Test
    void faultsNeverRepeatAValue() {
        assertThat(
                        faults(
                                "{\"amount\":\"1234-pin\",\"parts\":1,\"urgent\":true,\"customer\":{\"msisdn\":\"33612345678\"}}"))
                .noneSatisfy(fault -> assertThat(fault.detail()).containsAnyOf("1234-pin", "33612345678"));
    }

    @Test
    void canonicalJsonIsTheSameForTheSameMeaning() {
        var one = tree("{\"b\":[1,{\"y\":null,\"x\":\"é\"}],\"a\":5}");
        var other = tree(" { \"a\" : 5 , \"b\" : [ 1, { \"x\" : \"\\u00e9\", \"y\" : null } ] } ");

        assertThat(CanonicalJson.bytes(one)).isEqualTo(CanonicalJson.bytes(other));
        assertThat(CanonicalJson.bytes(one)).isNotEqualTo(CanonicalJson.bytes(tree("{\"b\":[1],\"a\":5}")));
    }

    private static tools.jackson.databind.JsonNode tree(String json) {
        return StrictJson.read(json.getBytes(StandardCharsets.UTF_8), new Faults())
                .orElseThrow();
    }

    record View(String id, @Nullable String failure, Instant createdAt, Speed speed, long amountRefunded) {}

    @Test
    void answersAreSnakeCaseWithNullsAndUtcTimes() {
        assertThat(Json.text(new View("ch_1", null, Instant.parse("2026-01-31T12:00:00.123456Z"), Speed.AT_ONCE, 3)))
                .isEqualTo("{\"id\":\"ch_1\",\"failure\":null,\"created_at\":\"2026-01-31T12:00:00.123456Z\","
                        + "\"speed\":\"at_once\",\"amount_refunded\":3}");
    }

    @Test
    void theRecordsOwnRulesSpeakBesideWrongTypesAndUnknownFields() {
        var refused = catchThrowableOfType(
                Problem.class,
                () -> RecordBinder.read(
                        "{\"amount\":50.5,\"parts\":0,\"customer\":{\"msisdn\":\"33612345678\"},\"colour\":\"red\"}"
                                .getBytes(StandardCharsets.UTF_8),
                        Order.class));

        assertThat(refused.errors())
                .extracting(Fault::param)
                .containsExactlyInAnyOrder("amount", "parts", "urgent", "customer.msisdn", "colour");
    }

    @Test
    void whatIsMissingIsNotAlsoCalledInvalid() {
        var refused = catchThrowableOfType(
                Problem.class, () -> RecordBinder.read("{\"parts\":1}".getBytes(StandardCharsets.UTF_8), Order.class));

        assertThat(refused.errors())
                .extracting(Fault::param, Fault::code)
                .containsExactlyInAnyOrder(
                        tuple("amount", "missing"), tuple("urgent", "missing"), tuple("customer", "missing"));
    }
}
