/** How we talk to Keycloak: its token endpoint and its admin API over plain HTTP, bounded in time and size. */
@NullMarked
package cm.nkap.function.keycloak;

import org.jspecify.annotations.NullMarked;
