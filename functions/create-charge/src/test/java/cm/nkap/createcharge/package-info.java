@NullMarked
package cm.nkap.createcharge;

import org.jspecify.annotations.NullMarked;
