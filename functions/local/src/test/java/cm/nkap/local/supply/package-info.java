/** What the system is delivered with: no secrets, known parts, and no part with a known hole. */
@NullMarked
package cm.nkap.local.supply;

import org.jspecify.annotations.NullMarked;
