@NullMarked
package cm.nkap.function.identity;

import org.jspecify.annotations.NullMarked;
