package cm.nkap.providergateway;

import static org.assertj.core.api.Assertions.assertThat;

import cm.nkap.providers.Operation;
import cm.nkap.providers.ProviderName;
import cm.nkap.providers.StatusRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CurrentProviderTest {
    private final AtomicReference<String> credentials = new AtomicReference<>("first");
    private final List<String> made = new ArrayList<>();
    private final ScriptedProvider provider = new ScriptedProvider();
    private final CurrentProvider<String> current = new CurrentProvider<>(credentials::get, with -> {
        made.add(with);
        return provider;
    });

    @Test
    void callsGoThroughOneAdapterWhileTheCredentialsStay() {
        provider.says(ScriptedProvider.PAID, ScriptedProvider.PENDING);

        assertThat(current.name()).isEqualTo(ProviderName.MTN);
        assertThat(List.of(current.status(question()), current.status(question())))
                .containsExactly(ScriptedProvider.PAID, ScriptedProvider.PENDING);
        assertThat(made).containsExactly("first");
    }

    @Test
    void newCredentialsMakeANewAdapterForTheNextCall() {
        provider.says(ScriptedProvider.PAID, ScriptedProvider.PAID);
        assertThat(current.status(question())).isEqualTo(ScriptedProvider.PAID);

        credentials.set("second");

        assertThat(made).containsExactly("first");
        assertThat(current.status(question())).isEqualTo(ScriptedProvider.PAID);
        assertThat(made).containsExactly("first", "second");
    }

    private static StatusRequest question() {
        return new StatusRequest(Operation.COLLECTION, UUID.randomUUID());
    }
}
