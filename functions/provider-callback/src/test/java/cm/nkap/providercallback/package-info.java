@NullMarked
package cm.nkap.providercallback;

import org.jspecify.annotations.NullMarked;
