/** Every read of payments and books: charges, payouts, balances, journals, floats, events, and the trace of a payment. */
@NullMarked
package cm.nkap.query;

import org.jspecify.annotations.NullMarked;
