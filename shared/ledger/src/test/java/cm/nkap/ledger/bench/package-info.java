/** The benchmark of {@code ./dev bench ledger}: our ledger beside others, on a Postgres of its own. */
@NullMarked
package cm.nkap.ledger.bench;

import org.jspecify.annotations.NullMarked;
