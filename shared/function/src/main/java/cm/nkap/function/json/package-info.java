/** JSON as the shell reads it (strictly, naming every fault) and writes it. */
@NullMarked
package cm.nkap.function.json;

import org.jspecify.annotations.NullMarked;
