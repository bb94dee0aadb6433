/** What must not be seen is taken out of text here, before the text leaves the process or is stored. Knows nothing of ours. */
@NullMarked
package cm.nkap.masking;

import org.jspecify.annotations.NullMarked;
