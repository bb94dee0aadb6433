package cm.nkap.accounts;

import cm.nkap.function.Faults;

/** What may be the name of an organisation or a merchant: payers read it on their phones. */
final class Names {
    private static final int LONGEST = 100;

    private Names() {}

    static void check(Faults faults, String param, String name) {
        if (name.isBlank() || name.length() > LONGEST || !name.equals(name.strip()) || name.indexOf('\n') >= 0) {
            faults.add(
                    param, "invalid", "must have 1 to " + LONGEST + " characters on one line, no space at either end");
        }
    }
}
