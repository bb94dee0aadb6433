/** The whole system as its callers and its providers see it, through HTTP, NATS and the simulator. */
@NullMarked
package cm.nkap.local.system;

import org.jspecify.annotations.NullMarked;
