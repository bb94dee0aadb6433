@NullMarked
package cm.nkap.query;

import org.jspecify.annotations.NullMarked;
