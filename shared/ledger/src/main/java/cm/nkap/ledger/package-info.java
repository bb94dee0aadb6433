/**
 * Double entry on Postgres: post journals, read balances.
 *
 * <p>{@link cm.nkap.ledger.Ledger} is the door. A {@link cm.nkap.ledger.Journal} of {@link cm.nkap.ledger.Posting}s gets
 * a {@link cm.nkap.ledger.Verdict}; refusals are values, exceptions are bugs or broken machinery. Amounts are whole XAF.
 * The invariants are held by the schema {@code ledger}; the README lists each with its mechanism.
 *
 * <p>Four doors, each with what stands behind it: {@link cm.nkap.ledger.Ledger} posts and reads;
 * {@link cm.nkap.ledger.GroupCommit} lets callers share a transaction; {@link cm.nkap.ledger.Seals} and
 * {@link cm.nkap.ledger.Verifier} prove that the books are still the same ({@code Stored…} is what they read,
 * {@code …Chain} what they recompute); {@link cm.nkap.ledger.Checks} holds them against their claims while others post
 * ({@code …Check}).
 */
@NullMarked
package cm.nkap.ledger;

import org.jspecify.annotations.NullMarked;
