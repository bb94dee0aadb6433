package cm.nkap.query;

import cm.nkap.function.Call;
import cm.nkap.function.Page;
import cm.nkap.function.Parameters;
import cm.nkap.function.Reply;
import cm.nkap.function.Tx;
import cm.nkap.ledger.SealedRoot;
import cm.nkap.ledger.Seals;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The roots of the ledger, to be kept where nobody who can write the database can write. */
final class SealReads {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    /** How X.509 begins for an Ed25519 key (RFC 8410). */
    private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

    private final Seals seals = new Seals();

    /**
     * One sealed hour.
     *
     * @param lastSeq {@code firstSeq - 1} when the hour has no journal
     * @param signature null until it is signed
     * @param keyVersion of the key that signed
     * @param publicKey base64 X.509 of that version: to be known from elsewhere before it is believed
     * @param line what to keep: the text that is signed and, when it is, its signature
     */
    record SealView(
            String object,
            long number,
            Instant until,
            long firstSeq,
            long lastSeq,
            String root,
            @Nullable String signature,
            @Nullable Integer keyVersion,
            @Nullable String publicKey,
            String line) {}

    Reply<Page<SealView>> seals(Tx tx, Call call) {
        var asked = Parameters.of(call);
        int limit = asked.limit();
        String after = asked.text("after", 18);
        if (after != null && !NUMBER.matcher(after).matches()) {
            asked.invalid("after", "must be the number of a seal");
        }
        asked.check();

        List<SealView> rows =
                seals.signedAfter(tx.handle(), after == null ? 0 : Long.parseLong(after), limit + 1).stream()
                        .map(SealReads::view)
                        .toList();
        return Reply.ok(Page.of(rows, limit));
    }

    private static SealView view(Seals.Signed sealed) {
        SealedRoot seal = sealed.root();
        return new SealView(
                "seal",
                seal.number(),
                seal.until(),
                seal.firstSeq(),
                seal.lastSeq(),
                seal.root(),
                sealed.signature().map(found -> base64(found.bytes())).orElse(null),
                sealed.signature().map(Seals.Signature::keyVersion).orElse(null),
                sealed.signature().map(found -> base64(x509(found.publicKey()))).orElse(null),
                sealed.line());
    }

    private static byte[] x509(byte[] key) {
        return ByteBuffer.allocate(ED25519.length + key.length)
                .put(ED25519)
                .put(key)
                .array();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
