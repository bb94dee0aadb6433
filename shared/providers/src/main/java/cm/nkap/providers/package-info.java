/** What we ask of a mobile-money provider, and the adapters that ask it. */
@NullMarked
package cm.nkap.providers;

import org.jspecify.annotations.NullMarked;
