package cm.nkap.providermock;

import cm.nkap.providermock.mtn.Numbers;

/** Runs the simulators alone until the process is ended. */
public final class ProviderMockMain {
    private ProviderMockMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        ProviderMockConfig config = ProviderMockConfig.of(System.getenv());
        ProviderMock mock = ProviderMock.start(config);
        Runtime.getRuntime().addShutdownHook(new Thread(mock::close, "provider-mock-stop"));
        System.out.printf(
                """
                MTN       %s/mtn
                switches  %s/admin
                api user  %s
                api key   %s
                keys      collection %s, disbursement %s
                headers   X-Target-Environment: %s, currency %s

                %s
                Every other number pays after about a second. End with Ctrl-C.
                """,
                mock.url(),
                mock.url(),
                config.mtn().apiUser(),
                config.mtn().apiKey(),
                config.mtn().collectionKey(),
                config.mtn().disbursementKey(),
                config.mtn().targetEnvironment(),
                config.mtn().currency(),
                Numbers.markdown());
        Thread.currentThread().join();
    }
}
