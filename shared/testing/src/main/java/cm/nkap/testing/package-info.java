/** The real parts on this machine: Postgres, Redis, NATS, tokens; for tests and for the developer's run. */
@NullMarked
package cm.nkap.testing;

import org.jspecify.annotations.NullMarked;
