/** Pays a merchant's balance out to a mobile-money number. */
@NullMarked
package cm.nkap.payout;

import org.jspecify.annotations.NullMarked;
