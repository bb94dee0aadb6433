package cm.nkap.secrets;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What several tests of the stores need. */
final class Waits {
    private static final long LIMIT_NANOS = 15_000_000_000L;
    private static final byte[] PUBLIC_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

    private Waits() {}

    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within 15 seconds");
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** Checks an Ed25519 signature with the JDK alone. */
    static boolean isSigned(byte[] publicKey, byte[] input, byte[] signed) throws GeneralSecurityException {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        encoded.writeBytes(PUBLIC_HEAD);
        encoded.writeBytes(publicKey);
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(
                KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded.toByteArray())));
        signature.update(input);
        return signature.verify(signed);
    }
}
