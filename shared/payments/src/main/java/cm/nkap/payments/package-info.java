/**
 * What two or more operations share: payments and their tables of states, fees, limits, personal data, what is asked of
 * providers, and the chart of accounts.
 *
 * <p>The {@code …Rows} classes are the only SQL on the schema {@code payments} that changes a payment; each call joins the
 * caller's transaction and sees what row-level security lets it see. Amounts are whole XAF.
 */
@NullMarked
package cm.nkap.payments;

import org.jspecify.annotations.NullMarked;
