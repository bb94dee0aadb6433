/** How many calls a client and an organisation may make: budgets shared by all processes, leased in small parts. */
@NullMarked
package cm.nkap.function.limits;

import org.jspecify.annotations.NullMarked;
