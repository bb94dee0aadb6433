package cm.nkap.providermock.mtn;

import cm.nkap.providermock.books.Books;
import cm.nkap.providermock.books.Kind;
import cm.nkap.providermock.books.Payment;
import cm.nkap.providermock.http.Answer;
import cm.nkap.providermock.http.Call;
import cm.nkap.providermock.http.Json;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** MTN's calls by path, below the base path; faults that are switched on come before everything else. */
final class MtnApi {
    private static final int POLLS_UNKNOWN = 3;

    private record Operation(Product product, Kind kind, boolean secondVersion) {}

    private static final Map<String, Operation> OPERATIONS = Map.of(
            "requesttopay", new Operation(Product.COLLECTION, Kind.REQUEST_TO_PAY, false),
            "requesttowithdraw", new Operation(Product.COLLECTION, Kind.REQUEST_TO_WITHDRAW, true),
            "transfer", new Operation(Product.DISBURSEMENT, Kind.TRANSFER, false),
            "deposit", new Operation(Product.DISBURSEMENT, Kind.DEPOSIT, true),
            "refund", new Operation(Product.DISBURSEMENT, Kind.REFUND, true));

    private final MtnConfig config;
    private final ApiUsers users;
    private final MtnAccess access;
    private final MtnRules rules;
    private final Submissions submissions;
    private final Books books;
    private final Faults faults;
    private final AtomicReference<Settings> settings;
    private final Map<String, Integer> polls = new ConcurrentHashMap<>();

    MtnApi(MtnParts parts) {
        this.config = parts.config();
        this.users = parts.users();
        this.access = parts.access();
        this.rules = parts.rules();
        this.submissions = parts.submissions();
        this.books = parts.books();
        this.faults = parts.faults();
        this.settings = parts.settings();
    }

    Answer answer(Call call) {
        String[] parts = call.path().split("/", -1);
        return switch (parts.length > 2 ? parts[1] : "") {
            case "collection" -> answer(call, Product.COLLECTION, parts);
            case "disbursement" -> answer(call, Product.DISBURSEMENT, parts);
            case "v1_0" ->
                parts[2].equals("apiuser")
                        ? access.checkAnyKey(call).orElseGet(() -> users.provision(call))
                        : noSuchPath();
            default -> noSuchPath();
        };
    }

    private Answer answer(Call call, Product product, String[] parts) {
        Faults.Calls calls = kindOf(call, parts);
        long hang = settings.get().hangMs();
        return switch (faults.hit(product, calls)) {
            case NONE -> route(call, product, parts);
            case DOWN, RESET_BEFORE_ACCEPT -> Answer.reset();
            case UNAVAILABLE -> MtnErrors.unavailable();
            case HTML -> MtnErrors.html();
            case HANG -> route(call, product, parts).after(hang);
            case RESET_AFTER_ACCEPT -> {
                var _ = route(call, product, parts);
                yield Answer.reset();
            }
            case RATE_LIMIT_STATUS ->
                faults.tooManyStatusCalls()
                        ? MtnErrors.gateway(429, "Rate limit is exceeded. Try again in 1 seconds.")
                        : route(call, product, parts);
        };
    }

    private static Faults.Calls kindOf(Call call, String[] parts) {
        if (parts[2].equals("token")) {
            return Faults.Calls.TOKEN;
        }
        boolean operation = parts.length > 3 && OPERATIONS.containsKey(parts[3]);
        if (operation && parts.length == 4 && call.method().equals("POST")) {
            return Faults.Calls.SUBMIT;
        }
        return operation && parts.length == 5 && call.method().equals("GET") ? Faults.Calls.STATUS : Faults.Calls.OTHER;
    }

    private Answer route(Call call, Product product, String[] parts) {
        if (parts[2].equals("token")) {
            boolean trailingSlash = parts.length == 4 && parts[3].isEmpty();
            return trailingSlash && call.method().equals("POST")
                    ? access.token(call, product, settings.get().tokenSeconds())
                    : noSuchPath();
        }
        boolean second = parts[2].equals("v2_0");
        if (parts.length < 4 || !(second || parts[2].equals("v1_0"))) {
            return noSuchPath();
        }
        return switch (access.check(call, product)) {
            case MtnAccess.Caller.Stranger(Answer refusal) -> refusal;
            case MtnAccess.Caller.Known(String apiUser) -> {
                Operation operation = OPERATIONS.get(parts[3]);
                if (operation == null || operation.product() != product) {
                    yield second ? noSuchPath() : about(call, parts);
                }
                yield second && !operation.secondVersion()
                        ? noSuchPath()
                        : operate(call, operation.kind(), apiUser, parts);
            }
        };
    }

    private Answer operate(Call call, Kind kind, String apiUser, String[] parts) {
        boolean post = call.method().equals("POST");
        if (parts.length == 4 && post) {
            return switch (rules.check(call, kind, apiUser)) {
                case MtnRules.Checked.Refused(Answer answer) -> answer;
                case MtnRules.Checked.Fine(var order) -> submissions.submit(order);
            };
        }
        if (parts.length == 5 && call.method().equals("GET")) {
            return status(kind, parts[4]);
        }
        boolean delivery = parts.length == 6 && post && parts[5].equals("deliverynotification");
        return delivery && books.find(parts[4]).isPresent() ? Answer.empty(200) : noSuchPath();
    }

    private Answer status(Kind kind, String reference) {
        Optional<Payment> found = books.find(reference).filter(p -> p.order().kind() == kind);
        if (found.isEmpty()) {
            return MtnErrors.notFound();
        }
        Payment payment = found.get();
        Behaviour.Telling telling = Submissions.behaviourOf(payment.order()).telling();
        StatusBody body = new StatusBody(config.currency(), settings.get().reasonObject());
        int hidden = settings.get().pendingPolls();
        boolean unknown = telling == Behaviour.Telling.UNKNOWN_AT_FIRST;
        int poll = unknown || hidden > 0 ? polls.merge(reference, 1, Integer::sum) : Integer.MAX_VALUE;
        if (unknown && poll <= POLLS_UNKNOWN) {
            return MtnErrors.notFound();
        }
        return Answer.json(200, poll <= hidden ? body.pending(payment.order(), telling) : body.of(payment, telling));
    }

    /** Balance and account holder. */
    private Answer about(Call call, String[] parts) {
        boolean get = call.method().equals("GET");
        boolean balance = parts[3].equals("account") && parts.length >= 5 && parts[4].equals("balance");
        if (get && balance) {
            return Answer.json(
                    200,
                    Json.object()
                            .put("availableBalance", String.valueOf(books.balance()))
                            .put("currency", config.currency()));
        }
        boolean holder = parts[3].equals("accountholder") && parts.length == 7;
        if (get && holder && parts[6].equals("active")) {
            return Holders.active(parts[5]);
        }
        return get && holder && parts[6].equals("basicuserinfo") ? Holders.named(parts[5]) : noSuchPath();
    }

    private static Answer noSuchPath() {
        return MtnErrors.gateway(404, "Resource not found");
    }

    void forget() {
        polls.clear();
    }
}
