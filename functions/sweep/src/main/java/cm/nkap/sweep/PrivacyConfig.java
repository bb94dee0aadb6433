package cm.nkap.sweep;

import cm.nkap.function.Setting;
import cm.nkap.payments.PaymentsConfig;
import cm.nkap.payments.PersonalData;
import cm.nkap.secrets.SecretStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How personal data is looked after.
 *
 * @param piiKey without it nothing is sealed anew and erasures that wait are not carried out
 * @param searchKeys as for the functions that take payments
 * @param searchKeyWritten as for those
 * @param privacyRest between two looks for what may be forgotten or has to be sealed anew
 * @param privacyStep how many rows one transaction takes
 */
record PrivacyConfig(
        @Setting(secret = true) @Nullable String piiKey,
        @Setting(secret = true) @Nullable String searchKeys,
        @Nullable Integer searchKeyWritten,
        @Setting(orElse = "10s") Duration privacyRest,
        @Setting(orElse = "500") int privacyStep) {

    Optional<PersonalData> personalData(SecretStore store) {
        return Optional.ofNullable(piiKey)
                .map(key -> new PaymentsConfig(key, searchKeys, searchKeyWritten, List.of(), null, null)
                        .personalData(store));
    }
}
