/** Organisations, merchants, fee plans, payout preferences. */
@NullMarked
package cm.nkap.accounts;

import org.jspecify.annotations.NullMarked;
