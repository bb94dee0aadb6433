package cm.nkap.ledger.example;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.testing.Postgres;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ExampleTest {
    @Test
    void tellsWhatTheLedgerDoes() {
        var written = new ByteArrayOutputStream();

        boolean isRight = Example.run(Postgres.shared(), new PrintStream(written, true, StandardCharsets.UTF_8));

        assertThat(isRight).isTrue();
        assertThat(written.toString(StandardCharsets.UTF_8))
                .containsSubsequence(
                        "Posted[seq=1]",
                        "Replayed[seq=1]",
                        "InsufficientFunds[account=merchant:mer_1:payable]",
                        "Posted[seq=2]",
                        "InsufficientFunds[account=",
                        "Posted[seq=3]",
                        "Posted[seq=4]",
                        "AlreadyReversed",
                        "statement of",
                        "all is right");
    }
}
