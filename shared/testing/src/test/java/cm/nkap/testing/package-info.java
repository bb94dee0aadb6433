@NullMarked
package cm.nkap.testing;

import org.jspecify.annotations.NullMarked;
