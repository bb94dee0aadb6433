/** The shell around every operation: its HTTP and event doors, identity, idempotency, transactions, problems. */
@NullMarked
package cm.nkap.function;

import org.jspecify.annotations.NullMarked;
