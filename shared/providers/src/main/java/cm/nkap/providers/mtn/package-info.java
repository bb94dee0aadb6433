/** MTN's MoMo Open API: Collection and Disbursement. */
@NullMarked
package cm.nkap.providers.mtn;

import org.jspecify.annotations.NullMarked;
