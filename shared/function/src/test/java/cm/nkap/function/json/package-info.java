@NullMarked
package cm.nkap.function.json;

import org.jspecify.annotations.NullMarked;
