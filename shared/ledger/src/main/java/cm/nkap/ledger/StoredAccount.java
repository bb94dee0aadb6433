package cm.nkap.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An account as it is stored, with its balance and what the seals say of it. */
record StoredAccount(
        long id,
        String name,
        int sign,
        String tenant,
        @Nullable Holding holding,
        boolean sealed,
        @Nullable Instant sealedClosedAt,
        boolean awaitsSeal,
        boolean awaitsClosing) {

    /** The balance row. */
    record Holding(
            int sign,
            String tenant,
            @Nullable Long floor,
            long debits,
            long credits,
            long version,
            @Nullable Instant closedAt) {

        long amount() {
            return sign * (credits - debits);
        }
    }

    /**
     * A link in the chain of accounts.
     *
     * @param name null when the account is not there any more, as are type, tenant and the time it was opened
     * @param closedAt as it was when this link was made
     */
    record Link(
            long seal,
            long id,
            @Nullable String name,
            @Nullable String type,
            @Nullable String tenant,
            @Nullable Long floor,
            @Nullable Instant openedAt,
            @Nullable Instant closedAt,
            Hash hash) {

        String about() {
            return "account " + (name == null ? "#" + id : name);
        }

        Hash chained(Hash before) {
            return new RecordBytes(7)
                    .int8(id)
                    .text(name)
                    .text(type)
                    .text(tenant)
                    .int8(floor)
                    .timestamptz(openedAt)
                    .timestamptz(closedAt)
                    .chain(before);
        }
    }

    String aboutBalance() {
        return "balance " + name;
    }

    String about() {
        return "account " + name;
    }
}
