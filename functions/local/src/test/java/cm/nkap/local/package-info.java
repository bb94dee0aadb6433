@NullMarked
package cm.nkap.local;

import org.jspecify.annotations.NullMarked;
