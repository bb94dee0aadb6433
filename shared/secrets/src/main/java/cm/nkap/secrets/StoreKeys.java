package cm.nkap.secrets;

import java.util.List;

/** The keys of an installation, by the names under which a store knows them. */
public final class StoreKeys {
    /** Wraps the data keys of phone numbers and names; AES-256-GCM. */
    public static final String PERSONAL_DATA = "nkap-personal-data";

    /** Signs what merchants are told; Ed25519. */
    public static final String WEBHOOKS = "nkap-webhooks";

    /** Signs the hourly roots of the ledger; Ed25519. */
    public static final String LEDGER_SEALS = "nkap-ledger-seals";

    static final List<String> ALL = List.of(PERSONAL_DATA, WEBHOOKS, LEDGER_SEALS);

    private StoreKeys() {}
}
