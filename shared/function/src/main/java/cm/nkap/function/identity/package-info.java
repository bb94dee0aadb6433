/** Who calls: bearer tokens of the identity provider, verified here. */
@NullMarked
package cm.nkap.function.identity;

import org.jspecify.annotations.NullMarked;
