/** Secrets and keys of this installation: where they are read, and what works with keys that nobody reads. */
@NullMarked
package cm.nkap.secrets;

import org.jspecify.annotations.NullMarked;
