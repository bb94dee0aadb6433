@NullMarked
package cm.nkap.function.permissions;

import org.jspecify.annotations.NullMarked;
