package cm.nkap.query;

import cm.nkap.function.Call;
import cm.nkap.function.Page;
import cm.nkap.function.Parameters;
import cm.nkap.function.Reply;
import cm.nkap.function.Tx;
import cm.nkap.ledger.SealedRoot;
import cm.nkap.ledger.Seals;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The roots of the ledger, to be kept where nobody who can write the database can write. */
final class SealReads {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final Seals seals = new Seals();
    private final Optional<PrivateKey> key;

    /** @param key base64 of a PKCS#8 Ed25519 key; empty when roots are not signed */
    SealReads(String key) {
        this.key = key.isEmpty() ? Optional.empty() : Optional.of(parsed(key));
    }

    private static PrivateKey parsed(String key) {
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException("NKAP_SEAL_KEY is not base64 of a PKCS#8 Ed25519 key", e);
        }
    }

    /**
     * One sealed hour.
     *
     * @param lastSeq {@code firstSeq - 1} when the hour has no journal
     * @param line what to keep: the text that is signed and, when there is a key, its signature
     */
    record SealView(
            String object,
            long number,
            Instant until,
            long firstSeq,
            long lastSeq,
            String root,
            @Nullable String signature,
            String line) {}

    Reply<Page<SealView>> seals(Tx tx, Call call) {
        var asked = Parameters.of(call);
        int limit = asked.limit();
        String after = asked.text("after", 18);
        if (after != null && !NUMBER.matcher(after).matches()) {
            asked.invalid("after", "must be the number of a seal");
        }
        asked.check();

        List<SealView> rows = seals.after(tx.handle(), after == null ? 0 : Long.parseLong(after), limit + 1).stream()
                .map(this::view)
                .toList();
        return Reply.ok(Page.of(rows, limit));
    }

    private SealView view(SealedRoot seal) {
        String line = key.map(seal::sign).orElse(seal.toString());
        return new SealView(
                "seal",
                seal.number(),
                seal.until(),
                seal.firstSeq(),
                seal.lastSeq(),
                seal.root(),
                key.isEmpty() ? null : line.substring(line.lastIndexOf(' ') + 1),
                line);
    }
}
