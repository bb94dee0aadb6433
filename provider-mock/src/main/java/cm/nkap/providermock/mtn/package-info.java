/** MTN MoMo as it behaves: rules, numbers, endings, callbacks, statement. */
@NullMarked
package cm.nkap.providermock.mtn;

import org.jspecify.annotations.NullMarked;
