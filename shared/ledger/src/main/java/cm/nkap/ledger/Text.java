package cm.nkap.ledger;

/** What Postgres stores exactly as it is sent, so that a fingerprint speaks of what is stored. */
final class Text {
    private static final int LONGEST = 200;

    private Text() {}

    /** @throws IllegalArgumentException unless it has 1 to 200 characters, none of them NUL or half a surrogate pair */
    static void check(String name, String value) {
        if (value.isEmpty() || value.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "a " + name + " has 1 to " + LONGEST + " characters, not " + value.length());
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1));
            if (c == 0 || (Character.isSurrogate(c) && !pair)) {
                throw new IllegalArgumentException("a " + name + " with a character that cannot be stored, at " + i);
            }
            i += pair ? 1 : 0;
        }
    }
}
