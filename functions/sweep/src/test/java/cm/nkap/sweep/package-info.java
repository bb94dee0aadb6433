@NullMarked
package cm.nkap.sweep;

import org.jspecify.annotations.NullMarked;
