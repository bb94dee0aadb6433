/** Simulated providers that behave, misbehave and keep their own books. */
@NullMarked
package cm.nkap.providermock;

import org.jspecify.annotations.NullMarked;
