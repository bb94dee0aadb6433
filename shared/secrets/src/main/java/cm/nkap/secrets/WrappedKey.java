package cm.nkap.secrets;

/** A 256-bit key for use on this machine, and the sealed form in which it may be stored. Prints without the key. */
public final class WrappedKey {
    private final byte[] plain;
    private final Keyed wrapped;

    public WrappedKey(byte[] plain, Keyed wrapped) {
        this.plain = plain.clone();
        this.wrapped = wrapped;
    }

    public byte[] plain() {
        return plain.clone();
    }

    public Keyed wrapped() {
        return wrapped;
    }

    @Override
    public String toString() {
        return "WrappedKey[" + wrapped + "]";
    }
}
