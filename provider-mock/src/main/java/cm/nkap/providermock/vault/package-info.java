/** A Vault server as its HTTP API shows it: logins, tokens, policies, KV version 2 and Transit with real cryptography. */
@NullMarked
package cm.nkap.providermock.vault;

import org.jspecify.annotations.NullMarked;
