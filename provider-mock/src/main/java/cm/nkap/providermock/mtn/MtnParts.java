package cm.nkap.providermock.mtn;

import cm.nkap.providermock.books.Books;
import java.util.concurrent.atomic.AtomicReference;

/** What the MTN calls are made of, put together by {@link MtnSimulator}. */
record MtnParts(
        MtnConfig config,
        ApiUsers users,
        MtnAccess access,
        MtnRules rules,
        Submissions submissions,
        Books books,
        Faults faults,
        AtomicReference<Settings> settings) {}
