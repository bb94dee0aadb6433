package cm.nkap.ledger;

import java.util.Arrays;

/**
 * How far each account has come: version, debits and credits by account number, in arrays without objects, 64 bytes an
 * account at most, so that a million accounts are 64 MB.
 */
final class Positions {
    private static final int FIRST_CAPACITY = 1 << 10;
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private long[] ids = new long[FIRST_CAPACITY];
    private long[] versions = new long[FIRST_CAPACITY];
    private long[] debits = new long[FIRST_CAPACITY];
    private long[] credits = new long[FIRST_CAPACITY];
    private int size;

    /** The account's place in the arrays, or -1 when it was not seen yet. */
    int find(long account) {
        int place = place(account);
        return ids[place] == account ? place : -1;
    }

    /** The account's place, new at version 0 and nothing when it was not seen yet. */
    int place(long account, long version, long debit, long credit) {
        int place = place(account);
        if (ids[place] == account) {
            return place;
        }
        if (2 * (size + 1) > ids.length) {
            grow();
            place = place(account);
        }
        size++;
        set(place, account, version, debit, credit);
        return place;
    }

    void move(int place, long version, long amount) {
        versions[place] = version;
        debits[place] += Math.max(amount, 0);
        credits[place] += Math.max(-amount, 0);
    }

    long version(int place) {
        return versions[place];
    }

    long debits(int place) {
        return debits[place];
    }

    long credits(int place) {
        return credits[place];
    }

    int size() {
        return size;
    }

    /** The numbers of all accounts seen. */
    long[] accounts() {
        return Arrays.stream(ids).filter(id -> id != 0).toArray();
    }

    private int place(long account) {
        int mask = ids.length - 1;
        int place = (int) ((account * SPREAD) >>> 32) & mask;
        while (ids[place] != account && ids[place] != 0) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private void set(int place, long account, long version, long debit, long credit) {
        ids[place] = account;
        versions[place] = version;
        debits[place] = debit;
        credits[place] = credit;
    }

    private void grow() {
        long[] oldIds = ids;
        long[] oldVersions = versions;
        long[] oldDebits = debits;
        long[] oldCredits = credits;
        ids = new long[2 * oldIds.length];
        versions = new long[ids.length];
        debits = new long[ids.length];
        credits = new long[ids.length];
        for (int i = 0; i < oldIds.length; i++) {
            if (oldIds[i] != 0) {
                set(place(oldIds[i]), oldIds[i], oldVersions[i], oldDebits[i], oldCredits[i]);
            }
        }
    }
}
