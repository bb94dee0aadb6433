/** Fine-grained decisions: one table of permissions, asked of Keycloak where there is one. */
@NullMarked
package cm.nkap.function.permissions;

import org.jspecify.annotations.NullMarked;
