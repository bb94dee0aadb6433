package cm.nkap.query;

import cm.nkap.function.Setting;

/**
 * What query is told by its environment.
 *
 * @param sealKey base64 of the PKCS#8 Ed25519 key that signs the ledger's roots; empty to leave them unsigned
 */
record QueryConfig(@Setting(orElse = "", secret = true) String sealKey) {}
