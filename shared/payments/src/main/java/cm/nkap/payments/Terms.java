package cm.nkap.payments;

import java.util.Optional;

/**
 * What is in force for an organisation's operation at a provider at one moment.
 *
 * @param fees {@link FeePlan#FREE} when nothing was agreed
 * @param limit empty when the provider does not offer the operation
 */
public record Terms(FeePlan fees, Optional<AmountLimit> limit) {}
