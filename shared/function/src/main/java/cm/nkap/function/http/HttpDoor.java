package cm.nkap.function.http;

import cm.nkap.function.Caller;
import cm.nkap.function.MoneyMoved;
import cm.nkap.function.Problem;
import cm.nkap.function.Refusals;
import cm.nkap.function.http.Tracing.Traced;
import cm.nkap.function.telemetry.ShellMetrics;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: one virtual thread per call, a bounded number of them, and a stop that lets running calls finish.
 * Every answer leaves here, so the headers that every answer carries are set here.
 */
public final class HttpDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);
    private static final int MAX_DISCARDED = 16 * 1024 * 1024;
    private static final int BACKLOG = 1_024;

    private final ServerConfig config;
    private final Routes routes;
    private final FunctionGateway gateway;
    private final EventDoor events;
    private final Tracing tracing;
    private final ShellMetrics metrics;
    private final BooleanSupplier ready;
    private final Semaphore room;
    private final Dress dress;
    private final SlowBodies slow;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean draining;

    HttpDoor(
            ServerConfig config,
            Routes routes,
            FunctionGateway gateway,
            EventDoor events,
            Tracing tracing,
            ShellMetrics metrics,
            BooleanSupplier ready) {
        this.config = config;
        this.routes = routes;
        this.gateway = gateway;
        this.events = events;
        this.tracing = tracing;
        this.metrics = metrics;
        this.ready = ready;
        this.room = new Semaphore(config.maxConcurrent());
        this.dress = new Dress(config.strictTransport());
        this.slow = new SlowBodies(config.bodyTime());
        this.server = listening(config);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
    }

    private static HttpServer listening(ServerConfig config) {
        // Read once by the JDK's server, before the first one is made.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("jdk.httpserver.maxConnections", Integer.toString(config.maxConnections()));
        System.setProperty(
                "sun.net.httpserver.maxReqTime",
                Long.toString(config.requestTime().toSeconds()));
        // A client that still sends would not hear the 413: what it has left is read and thrown away.
        System.setProperty("sun.net.httpserver.drainAmount", Integer.toString(MAX_DISCARDED));
        System.setProperty("sun.net.httpserver.maxReqHeaders", "100");
        System.setProperty("sun.net.httpserver.maxReqHeaderSize", "32768");
        System.setProperty("sun.net.httpserver.maxRspTime", "60");
        System.setProperty("sun.net.httpserver.idleInterval", "60");
        try {
            return HttpServer.create(new InetSocketAddress(config.effectiveHost(), config.effectivePort()), BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on port " + config.effectivePort(), e);
        }
    }

    public void start() {
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            var request = new Request(exchange, dress, slow);
            long began = System.nanoTime();
            var traced = tracing.ofCall(request);
            request.promise("traceparent", traced.echoed());
            var log = new RequestLog(request, traced, began);
            traced.scope("nkap")
                    .answering(request.requestId())
                    .run(() -> traced.call(() -> serve(request, traced, log)));
        }
    }

    private boolean serve(Request request, Traced traced, RequestLog log) {
        metrics.began();
        int status = 500;
        try {
            var answer = safely(request, traced, log);
            status = answer.status();
            request.answer(answer);
        } catch (SlowBodies.TooSlow e) {
            status = 408;
        } catch (IOException e) {
            LOG.debug("msg=client_went_away request={}", request.requestId());
        } finally {
            traced.end(status);
            log.write(status);
            log.count(status, metrics);
        }
        return status < 500;
    }

    /** The one place where everything that an operation may throw becomes an answer. */
    private Answer safely(Request request, Traced traced, RequestLog log) throws IOException {
        try {
            return route(request, traced, log);
        } catch (Problem e) {
            log.outcome(e.code());
            if (e.code().equals("outcome_unknown")) {
                traced.unknown();
            }
            if (e.getCause() != null) {
                LOG.warn("msg=refused code={} request={}", e.code(), request.requestId(), e.getCause());
            }
            var answer = Answer.of(e, request.requestId());
            return e.status() == 401 ? answer.with("www-authenticate", "Bearer realm=\"nkap\"") : answer;
        } catch (RuntimeException e) {
            log.outcome("internal_error");
            LOG.error("msg=unexpected request={} trace={}", request.requestId(), traced.traceId(), e);
            return Answer.of(
                    Problem.of(500, "internal_error", "Something went wrong on our side")
                            .moneyMoved(MoneyMoved.UNKNOWN),
                    request.requestId());
        }
    }

    private Answer route(Request request, Traced traced, RequestLog log) throws IOException {
        request.requireFraming();
        var path = request.rawPath();
        if (path.startsWith("/health/")) {
            return health(path);
        }
        if (path.equals("/") && events.isThere() && request.method().equals("POST")) {
            log.template("/");
            return events.take(request);
        }
        var found = routes.find(request.method(), path);
        if (found.match().isPresent()) {
            var match = found.match().get();
            log.template(match.route().template());
            log.operation(match.route().bean());
            var answer = admitted(() -> gateway.call(request, match, traced, log::caller));
            log.outcome(answer.isRefusal() ? answer.code() : "ok");
            return answer;
        }
        if (found.methods().isEmpty()) {
            throw Problem.notFound("resource");
        }
        var allow = Allowed.header(found.methods());
        return request.method().equals("OPTIONS")
                ? Answer.empty(204).with("allow", allow)
                : Answer.of(
                                Problem.of(405, "method_not_allowed", "This method is not allowed here"),
                                request.requestId())
                        .with("allow", allow);
    }

    @FunctionalInterface
    private interface Work {
        Answer run() throws IOException;
    }

    private Answer admitted(Work work) throws IOException {
        if (!room.tryAcquire()) {
            throw Refusals.overloaded("Too many calls at the same time");
        }
        try {
            return work.run();
        } finally {
            room.release();
        }
    }

    private Answer health(String path) {
        return switch (path) {
            case "/health/liveness" -> Answer.empty(200);
            case "/health/readiness" -> Answer.empty(!draining && ready.getAsBoolean() ? 200 : 503);
            default -> throw Problem.notFound("resource");
        };
    }

    /** Says that it is not ready any more, lets running calls finish, then closes. */
    @Override
    public void close() {
        draining = true;
        long deadline = System.nanoTime() + config.drain().toNanos();
        boolean quiet = isQuiet(room, config.maxConcurrent(), deadline) && events.isQuiet(deadline);
        if (!quiet) {
            LOG.warn("msg=drain_gave_up after={}", config.drain());
        }
        server.stop(1);
        slow.close();
        threads.close();
    }

    /** Waits until nobody holds any of the permits. */
    static boolean isQuiet(Semaphore room, int whole, long deadline) {
        try {
            if (room.tryAcquire(whole, Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                room.release(whole);
                return true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** What the log line of a call needs beside its status. */
    static final class RequestLog {
        private final Request request;
        private final Traced traced;
        private final long began;
        private String template = "-";
        private String org = "-";
        private String operation = "-";
        private String outcome = "cut_off";

        RequestLog(Request request, Traced traced, long began) {
            this.request = request;
            this.traced = traced;
            this.began = began;
        }

        void template(String known) {
            template = known;
            traced.route(Allowed.known(request.method()), known);
        }

        void operation(String bean) {
            operation = bean;
        }

        void outcome(String code) {
            outcome = code;
        }

        void count(int status, ShellMetrics metrics) {
            var isHealth = template.equals("-") && status == 200;
            var route = isHealth ? "/health" : template;
            metrics.answered(Allowed.known(request.method()), route, status, began, traced.span());
            if (!operation.equals("-")) {
                metrics.ended(operation, outcome);
            }
        }

        void caller(Caller caller) {
            org = caller.org().isEmpty() ? "-" : caller.org();
        }

        void write(int status) {
            if (template.equals("-") && status == 200) {
                return;
            }
            LOG.info(
                    "msg=request method={} route={} status={} ms={} request={} trace={} org={}",
                    Allowed.known(request.method()),
                    template,
                    status,
                    (System.nanoTime() - began) / 1_000_000,
                    request.requestId(),
                    traced.traceId(),
                    org);
        }
    }
}
