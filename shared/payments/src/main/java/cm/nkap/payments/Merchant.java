package cm.nkap.payments;

import java.time.Instant;

/** Whom customers pay. */
public record Merchant(String id, String org, String name, boolean isDefault, String status, Instant createdAt) {
    public boolean isActive() {
        return status.equals("active");
    }
}
