package cm.nkap.local.supply;

/** What tells a secret from a word. */
enum Look {
    ANY,
    /** Letters and digits: a password that somebody made up, not a name. */
    MIXED,
    RANDOM_BASE64,
    RANDOM_HEX;

    static final String SAYS_SECRET =
            "(?i:password|passwd|pwd|secret|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?token|credential)";
    static final String NAMED = SAYS_SECRET + "[A-Za-z0-9_.-]{0,20}\\\\?[\"']?\\)?";
    static final String QUOTED = "\\\\?[\"'](?<secret>(?!\\$[{(])[^\"'\\s\\\\]{8,200})\\\\?[\"']";
    private static final double BASE64_BITS = 4.2;
    private static final int CAPITAL = 1;
    private static final int SMALL = 2;
    private static final double HEX_BITS = 3.1;

    boolean is(String text) {
        return switch (this) {
            case ANY -> true;
            case MIXED -> isMixed(text);
            case RANDOM_BASE64 ->
                isMixed(text)
                        && text.chars().anyMatch(Character::isUpperCase)
                        && text.chars().anyMatch(Character::isLowerCase)
                        && bits(text) > BASE64_BITS
                        && !isWords(text);
            case RANDOM_HEX -> bits(text) > HEX_BITS;
        };
    }

    private static boolean isMixed(String text) {
        return text.chars().anyMatch(Character::isDigit) && text.chars().anyMatch(Character::isLetter);
    }

    /** Whether it is names joined: a path, a class, a test. Random text changes its kind of letter more often. */
    private static boolean isWords(String text) {
        int changes = 0;
        for (int i = 1; i < text.length(); i++) {
            int before = kind(text.charAt(i - 1));
            int now = kind(text.charAt(i));
            // A capital and what follows it is the begin of one word.
            changes += now == before || (before == CAPITAL && now == SMALL) ? 0 : 1;
        }
        return changes * 10 < text.length() * 3;
    }

    /** Bits in one letter, were its letters drawn as often as they occur. */
    private static double bits(String text) {
        double bits = 0;
        for (int letter : text.chars().distinct().toArray()) {
            double share =
                    (double) text.chars().filter(other -> other == letter).count() / text.length();
            bits -= share * Math.log(share) / Math.log(2);
        }
        return bits;
    }

    private static int kind(char letter) {
        if (Character.isDigit(letter)) {
            return 0;
        }
        if (Character.isLetter(letter)) {
            return Character.isUpperCase(letter) ? CAPITAL : SMALL;
        }
        return 3;
    }
}
