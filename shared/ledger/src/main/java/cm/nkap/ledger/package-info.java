/**
 * Double entry on Postgres: post journals, read balances.
 *
 * <p>{@link cm.nkap.ledger.Ledger} is the door. A {@link cm.nkap.ledger.Journal} of {@link cm.nkap.ledger.Posting}s gets
 * a {@link cm.nkap.ledger.Verdict}; refusals are values, exceptions are bugs or broken machinery. Amounts are whole XAF.
 * The invariants are held by the schema {@code ledger}; the README lists each with its mechanism.
 */
@NullMarked
package cm.nkap.ledger;

import org.jspecify.annotations.NullMarked;
