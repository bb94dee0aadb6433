package cm.nkap.accounts;

import cm.nkap.function.Setting;

/**
 * How people are invited.
 *
 * @param keycloakMail true when Keycloak's realm can send mail: the invitation is a mail then, and no first password is
 *     answered
 */
record MembersConfig(@Setting(orElse = "false") boolean keycloakMail) {}
