package cm.nkap.providers;

/** The two directions in which a provider moves money for us; MTN sells each as a product with its own keys. */
public enum Operation {
    /** From a payer's wallet into our float. */
    COLLECTION,
    /** From our float into a payee's wallet. */
    DISBURSEMENT
}
