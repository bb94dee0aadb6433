/** Every function in one process with real parts: the developer's machine. */
@NullMarked
package cm.nkap.local;

import org.jspecify.annotations.NullMarked;
