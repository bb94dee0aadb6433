/** What two or more operations share: records, state tables, fees, chart of accounts. */
@NullMarked
package cm.nkap.payments;

import org.jspecify.annotations.NullMarked;
