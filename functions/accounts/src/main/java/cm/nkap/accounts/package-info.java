/** Organisations, merchants, their fee plans and how they want to be paid out. */
@NullMarked
package cm.nkap.accounts;

import org.jspecify.annotations.NullMarked;
