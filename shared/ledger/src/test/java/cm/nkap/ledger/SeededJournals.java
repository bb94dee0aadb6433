package cm.nkap.ledger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Journals on the accounts of {@link Books#withAccounts()}, each made from a seed and its number alone. */
final class SeededJournals {
    private static final List<String> ACCOUNTS =
            List.of(Books.FLOAT, Books.BANK, Books.FEES, Books.DOUALA, Books.YAOUNDE);

    private final long seed;
    private final String name;

    /** @param name what its keys begin with */
    SeededJournals(String name, long seed) {
        this.name = name;
        this.seed = seed;
    }

    /** Two legs or three; some take more than there is. */
    Journal at(int number) {
        Random random = new Random(seed * 31 + number);
        List<String> accounts = new ArrayList<>(ACCOUNTS);
        Collections.shuffle(accounts, random);
        long amount = 2L + random.nextInt(900);
        List<Posting> legs = new ArrayList<>();
        legs.add(Posting.debit(accounts.get(0), amount));
        if (random.nextInt(3) == 0) {
            legs.add(Posting.credit(accounts.get(1), 1));
            legs.add(Posting.credit(accounts.get(2), amount - 1));
        } else {
            legs.add(Posting.credit(accounts.get(1), amount));
        }
        String payment = random.nextBoolean() ? "ch_" + number : null;
        return new Journal(name + ":" + number, "crowd", Account.PLATFORM, payment, legs);
    }
}
