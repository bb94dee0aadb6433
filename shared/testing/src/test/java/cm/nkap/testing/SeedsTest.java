package cm.nkap.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeedsTest {
    @Test
    void repeatsARunByItsSeed() {
        String before = System.getProperty("nkap.seed", "");
        System.setProperty("nkap.seed", "42");
        try {
            assertThat(Seeds.random("one").nextLong())
                    .isEqualTo(Seeds.random("two").nextLong());
            assertThat(Seeds.seed("three")).isEqualTo(42);
        } finally {
            if (before.isEmpty()) {
                System.clearProperty("nkap.seed");
            } else {
                System.setProperty("nkap.seed", before);
            }
        }
    }
}
