package cm.nkap.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cm.nkap.testing.Seeds;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeePlanTest {
    @ParameterizedTest
    @CsvSource({
        // basis points, fixed, cap, amount, fee
        "150, 0,  , 10000, 150",
        "150, 0,  ,    33,   0",
        "150, 0,  ,    34,   1",
        "100, 0,  ,    49,   0",
        "100, 0,  ,    50,   1",
        "100, 0,  ,   149,   1",
        "100, 0,  ,   150,   2",
        "100, 25, ,   100,  26",
        "150, 0, 15000, 1000000, 15000",
        "150, 0, 15000, 1000066, 15000",
        "100, 25, 10, 100,  10",
        "0,   25, ,    10,  10",
        "10000, 5, ,   10,  10",
        "0,   0,  ,    10,   0",
        "100, 0, 0,    50,   0"
    })
    void roundsHalfUpAndStopsAtTheCapAndAtTheAmount(
            int basisPoints, long fixed, @Nullable Long cap, long amount, long fee) {
        assertThat(new FeePlan("fp", basisPoints, fixed, cap).on(amount)).isEqualTo(fee);
    }

    @Test
    void feeAndNetAreTheWholeForAnyPlanAndAmount() {
        Random random = Seeds.random("feeAndNetAreTheWholeForAnyPlanAndAmount");
        for (int i = 0; i < 1_000_000; i++) {
            int basisPoints = random.nextInt(10_001);
            long fixed = random.nextInt(500);
            Long cap = random.nextBoolean() ? Long.valueOf(random.nextInt(20_000)) : null;
            long amount = 1 + random.nextLong(1L << (1 + random.nextInt(40)));
            long fee = new FeePlan("fp", basisPoints, fixed, cap).on(amount);
            long net = amount - fee;
            if (fee < 0 || net < 0 || fee + net != amount || fee != slowly(basisPoints, fixed, cap, amount)) {
                throw new AssertionError(
                        "%d bp + %d, cap %s of %d: %d".formatted(basisPoints, fixed, cap, amount, fee));
            }
        }
    }

    @Test
    void anAmountTooLargeToReckonIsAnErrorAndNotAWrongFee() {
        assertThatThrownBy(() -> new FeePlan("fp", 10_000, 0, null).on(Long.MAX_VALUE))
                .isInstanceOf(ArithmeticException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void nothingHasNoFee(long amount) {
        assertThatThrownBy(() -> FeePlan.FREE.on(amount)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"-1, 0, ", "10001, 0, ", "0, -1, ", "0, 0, -1"})
    void aPlanTakesBetweenNothingAndAll(int basisPoints, long fixed, @Nullable Long cap) {
        assertThatThrownBy(() -> new FeePlan("fp", basisPoints, fixed, cap)).hasMessageContaining("fp");
    }

    private static long slowly(int basisPoints, long fixed, @Nullable Long cap, long amount) {
        BigDecimal fee = BigDecimal.valueOf(amount)
                .multiply(BigDecimal.valueOf(basisPoints))
                .movePointLeft(4)
                .setScale(0, RoundingMode.HALF_UP)
                .add(BigDecimal.valueOf(fixed));
        if (cap != null) {
            fee = fee.min(BigDecimal.valueOf(cap));
        }
        return fee.min(BigDecimal.valueOf(amount)).longValueExact();
    }
}
