@NullMarked
package cm.nkap.accounts;

import org.jspecify.annotations.NullMarked;
