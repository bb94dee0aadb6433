@NullMarked
package cm.nkap.function;

import org.jspecify.annotations.NullMarked;
