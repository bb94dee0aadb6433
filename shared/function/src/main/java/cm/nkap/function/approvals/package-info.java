/** What needs two people, and what was done by whom. */
@NullMarked
package cm.nkap.function.approvals;

import org.jspecify.annotations.NullMarked;
