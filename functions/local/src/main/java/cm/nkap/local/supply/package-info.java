/** What a function is delivered with, written down for whoever asks whether a part of it has a hole. */
@NullMarked
package cm.nkap.local.supply;

import org.jspecify.annotations.NullMarked;
