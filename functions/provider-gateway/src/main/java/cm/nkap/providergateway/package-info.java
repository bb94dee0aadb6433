/** Asks providers to collect and disburse, and asks again until the outcome is known. */
@NullMarked
package cm.nkap.providergateway;

import org.jspecify.annotations.NullMarked;
