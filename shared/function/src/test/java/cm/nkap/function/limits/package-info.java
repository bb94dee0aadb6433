@NullMarked
package cm.nkap.function.limits;

import org.jspecify.annotations.NullMarked;
