@NullMarked
package cm.nkap.local.watch;

import org.jspecify.annotations.NullMarked;
