package cm.nkap.secrets;

import java.util.Locale;

/** Why a secret or a key could not be had. Messages name paths and keys, never values. */
public abstract sealed class SecretsFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private SecretsFailure(String message) {
        super(message);
    }

    private SecretsFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** One word for a counter: {@code denied}, {@code missing}, {@code unavailable} or {@code rejected}. */
    String kind() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** This process may not do that. Asking again does not help; somebody has to grant it. */
    public static final class Denied extends SecretsFailure {
        private static final long serialVersionUID = 1;

        public Denied(String message) {
            super(message);
        }
    }

    /** There is no such secret, field, version or key. */
    public static final class Missing extends SecretsFailure {
        private static final long serialVersionUID = 1;

        public Missing(String message) {
            super(message);
        }
    }

    /** The store does not answer, or is sealed. Asking again later may help. */
    public static final class Unavailable extends SecretsFailure {
        private static final long serialVersionUID = 1;

        public Unavailable(String message) {
            super(message);
        }

        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The bytes handed in were changed, are of another key or another owner, or of a version no longer allowed. */
    public static final class Rejected extends SecretsFailure {
        private static final long serialVersionUID = 1;

        public Rejected(String message) {
            super(message);
        }

        public Rejected(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
