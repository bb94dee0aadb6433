/** The doors: HTTP calls and CloudEvents come in here and leave through the function catalogue. */
@NullMarked
package cm.nkap.function.http;

import org.jspecify.annotations.NullMarked;
