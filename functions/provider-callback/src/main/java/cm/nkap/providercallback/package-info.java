/** Receives what providers call back; stores it and hints, moves no money. */
@NullMarked
package cm.nkap.providercallback;

import org.jspecify.annotations.NullMarked;
