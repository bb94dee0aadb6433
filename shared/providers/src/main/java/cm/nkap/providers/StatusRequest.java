package cm.nkap.providers;

import java.util.UUID;

/** Asks what became of the request that we made under {@code reference}. */
public record StatusRequest(Operation operation, UUID reference) {}
