@NullMarked
package cm.nkap.function.http;

import org.jspecify.annotations.NullMarked;
