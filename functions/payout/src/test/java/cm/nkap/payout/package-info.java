@NullMarked
package cm.nkap.payout;

import org.jspecify.annotations.NullMarked;
