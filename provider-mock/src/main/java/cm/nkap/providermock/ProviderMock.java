package cm.nkap.providermock;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import cm.nkap.providermock.books.Books;
import cm.nkap.providermock.http.Answer;
import cm.nkap.providermock.http.Call;
import cm.nkap.providermock.http.Json;
import cm.nkap.providermock.mtn.MtnSimulator;
import cm.nkap.providermock.vault.VaultSimulator;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.common.FatalStartupException;
import com.github.tomakehurst.wiremock.core.Options.ChunkedEncodingPolicy;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Simulated mobile-money providers on one loopback port: MTN MoMo below {@code /mtn}, switches and books below
 * {@code /admin}, and a Vault below {@code /vault}. The books are the simulator's own and share nothing with Nkap's ledger, so that the two can be held
 * against each other. Amounts are whole XAF.
 */
public final class ProviderMock implements AutoCloseable {
    private static final String MTN = "/mtn";
    private static final String VAULT = "/vault";

    private final WireMockServer server;
    private final Books books;
    private final MtnSimulator mtn;
    private final VaultSimulator vault;
    private final Admin admin;

    private ProviderMock(ProviderMockConfig config, InstantSource clock) {
        Path directory = config.dataDirectory();
        Path file = directory == null ? null : directory.resolve("mtn-books.jsonl");
        this.books = Books.open(new Books.Terms(file, config.opening(), config.collectionFeeBasisPoints()), clock);
        this.mtn = new MtnSimulator(config.mtn(), config.settings(), books, clock);
        this.vault = new VaultSimulator(clock);
        this.admin = new Admin(mtn, books, vault);
        this.server = new WireMockServer(options()
                .port(config.port())
                .bindAddress("127.0.0.1")
                .extensions(new WireMockBridge(this::answer))
                .disableRequestJournal()
                .stubRequestLoggingDisabled(true)
                .gzipDisabled(true)
                .http2PlainDisabled(true)
                .useChunkedTransferEncoding(ChunkedEncodingPolicy.NEVER)
                .asynchronousResponseEnabled(true)
                .asynchronousResponseThreads(8)
                .containerThreads(40)
                .jettyAcceptQueueSize(1_024)
                .usingFilesUnderClasspath("cm/nkap/providermock/no-stub-files"));
    }

    public static ProviderMock start(ProviderMockConfig config) {
        ProviderMock mock = new ProviderMock(config, InstantSource.system());
        try {
            mock.server.start();
        } catch (FatalStartupException e) {
            mock.close();
            throw new IllegalStateException("cannot listen on 127.0.0.1:" + config.port(), e);
        }
        mock.server.stubFor(any(anyUrl()).willReturn(aResponse()));
        mock.mtn.resume();
        return mock;
    }

    public int port() {
        return server.port();
    }

    /** Base URL without a path; MTN's base is this and {@code /mtn}. */
    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /** What goes into {@code VAULT_ADDR}. */
    public String vaultUrl() {
        return url() + VAULT;
    }

    public VaultSimulator vault() {
        return vault;
    }

    /** MTN's books. */
    public Books books() {
        return books;
    }

    private Answer answer(Call call) {
        if (call.path().startsWith(MTN + "/")) {
            return mtn.answer(call.below(MTN));
        }
        if (call.path().startsWith(VAULT + "/")) {
            return vault.answer(call.below(VAULT));
        }
        return call.path().startsWith("/admin/")
                ? admin.answer(call)
                : Answer.json(
                        404,
                        Json.object().put("error", "MTN is below /mtn, Vault below /vault, the switches below /admin"));
    }

    @Override
    public void close() {
        server.stop();
        mtn.close();
        books.close();
    }
}
