/** Double entry on Postgres: post journals, read balances. */
@NullMarked
package cm.nkap.ledger;

import org.jspecify.annotations.NullMarked;
