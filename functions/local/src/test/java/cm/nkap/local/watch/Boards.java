package cm.nkap.local.watch;

import static cm.nkap.local.watch.Board.panel;

import java.util.List;

/** The dashboards. The files in infra/grafana/dashboards are written from here, and a test compares them. */
final class Boards {
    static final List<Board> ALL = List.of(payments(), providers(), treasury(), ledger(), functions());

    private static final String RATE = "[$__rate_interval]";

    private Boards() {}

    private static String rate(String series, String by) {
        return "sum by (" + by + ") (rate(" + series + RATE + "))";
    }

    private static String quantile(String share, String histogram, String matchers, String by) {
        return "histogram_quantile(" + share + ", sum by (le, " + by + ") (rate(" + histogram + "_bucket{" + matchers
                + "}" + RATE + ")))";
    }

    private static Board payments() {
        return Board.of(
                "payments",
                "payments",
                panel(
                        "Steps of payments",
                        "ops",
                        "Counted when their transaction has committed",
                        rate("nkap_payment_outcomes_total", "operation, outcome"),
                        "{{operation}} {{outcome}}"),
                panel(
                        "Share that succeeds",
                        "percentunit",
                        "Of charges and payouts that ended; a customer who declines counts as well",
                        "sum by (operation) (rate(nkap_payment_outcomes_total{outcome=\"succeeded\"}[1h])) / sum by (operation)"
                                + " (rate(nkap_payment_outcomes_total{outcome=~\"succeeded|failed|expired\"}[1h]))",
                        "{{operation}}"),
                panel(
                        "XAF moved in an hour",
                        "none",
                        "Whole francs",
                        "sum by (operation, provider) (increase(nkap_payment_amount_total[1h]))",
                        "{{operation}} {{provider}}"),
                panel(
                        "Why payments fail",
                        "ops",
                        "Our codes for what providers say",
                        rate("nkap_payment_outcomes_total{outcome=\"failed\"}", "operation, code"),
                        "{{operation}} {{code}}"),
                panel(
                        "Unknown outcomes",
                        "none",
                        "Requests of which nobody knows what became; never failed, always asked again",
                        "max by (provider, kind) (nkap_provider_requests_open{status=\"unknown\"})",
                        "{{provider}} {{kind}}"),
                panel(
                        "Age of the oldest unknown",
                        "s",
                        "See docs/alerts.md, PaymentUnknown",
                        "max by (provider, kind) (nkap_provider_requests_oldest_age_seconds{status=\"unknown\"})",
                        "{{provider}} {{kind}}"),
                panel(
                        "Accepting a payment: 50 and 99 of 100",
                        "s",
                        "The bar is 0.3 s for 99 of 100",
                        quantile("0.5", "http_server_request_duration_seconds", POSTS, "http_route"),
                        "p50 {{http_route}}",
                        quantile("0.99", "http_server_request_duration_seconds", POSTS, "http_route"),
                        "p99 {{http_route}}"),
                panel(
                        "Refusals",
                        "ops",
                        "By operation and code",
                        rate("nkap_operation_outcomes_total{outcome!=\"ok\", job=~\"$job\"}", "operation, outcome"),
                        "{{operation}} {{outcome}}"),
                panel(
                        "Idempotency keys",
                        "ops",
                        "Repeated calls, keys used for another call, calls still running",
                        rate("nkap_idempotency_calls_total{job=~\"$job\"}", "result"),
                        "{{result}}"));
    }

    private static final String POSTS = "http_request_method=\"POST\", http_route=~\"/v1/.*\", job=~\"$job\"";

    private static Board providers() {
        String calls = "nkap_provider_call_duration_seconds";
        return Board.of(
                "providers",
                "providers",
                panel(
                        "Calls",
                        "ops",
                        "By what the provider answered",
                        rate(calls + "_count", "provider, call, outcome"),
                        "{{provider}} {{call}} {{outcome}}"),
                panel(
                        "Slow answers: 95 of 100",
                        "s",
                        "What was not asked at all is left out",
                        quantile("0.95", calls, "outcome!=\"not_asked\"", "provider, call"),
                        "{{provider}} {{call}}"),
                panel(
                        "Share of unknown answers",
                        "percentunit",
                        "Timeouts, 5xx, unreadable bodies",
                        "sum by (provider, call) (rate(" + calls
                                + "_count{outcome=\"unknown\"}[5m])) / sum by (provider, call)" + " (rate(" + calls
                                + "_count[5m]))",
                        "{{provider}} {{call}}"),
                panel(
                        "Circuits",
                        "none",
                        "0 closed, 1 half open, 2 open",
                        "max by (provider, call) (nkap_provider_circuit_state)",
                        "{{provider}} {{call}}"),
                panel(
                        "Calls that may still start",
                        "none",
                        "Of the bulkhead of each kind of call; least of all processes",
                        "min by (provider, call) (nkap_provider_calls_free)",
                        "{{provider}} {{call}}"),
                panel(
                        "Wait for our own limit: 95 of 100",
                        "s",
                        "Status queries, evenly spaced as the provider asks",
                        quantile("0.95", "nkap_provider_turn_wait_seconds", "", "provider"),
                        "{{provider}}"),
                panel(
                        "Answers in words",
                        "ops",
                        "Each answer of a provider, and each refusal of our own",
                        rate(calls + "_count", "call, answer"),
                        "{{call}} {{answer}}"),
                panel(
                        "Requests without an outcome",
                        "none",
                        "Read by sweep",
                        "max by (provider, kind, status) (nkap_provider_requests_open)",
                        "{{provider}} {{kind}} {{status}}"),
                panel(
                        "Age of the oldest request",
                        "s",
                        "Read by sweep",
                        "max by (provider, kind, status) (nkap_provider_requests_oldest_age_seconds)",
                        "{{provider}} {{kind}} {{status}}"));
    }

    private static Board treasury() {
        return Board.of(
                "treasury",
                "treasury",
                panel(
                        "Float",
                        "none",
                        "XAF at each provider as the ledger says, and the mark below which to top up",
                        "max by (provider) (nkap_float_balance)",
                        "{{provider}}",
                        "max by (provider) (nkap_float_low_water)",
                        "{{provider}} low"),
                panel(
                        "Float in low-water marks",
                        "none",
                        "Below 1: top up",
                        "max by (provider) (nkap_float_balance) / on (provider) max by (provider) (nkap_float_low_water)",
                        "{{provider}}"),
                panel(
                        "XAF in and out, per hour",
                        "none",
                        "Charges bring float, payouts take it",
                        "sum by (provider) (increase(nkap_payment_amount_total{operation=\"charge\"}[1h]))",
                        "{{provider}} in",
                        "sum by (provider) (increase(nkap_payment_amount_total{operation=\"payout\"}[1h]))",
                        "{{provider}} out"),
                panel(
                        "Payouts that wait for float",
                        "none",
                        "Read by sweep",
                        "max by (provider) (nkap_payouts_queued)",
                        "{{provider}}"),
                panel(
                        "Age of the oldest of them",
                        "s",
                        "Read by sweep",
                        "max by (provider) (nkap_payouts_oldest_queued_seconds)",
                        "{{provider}}"),
                panel(
                        "Open exceptions",
                        "none",
                        "What a person has to decide",
                        "max by (reason) (nkap_exceptions_open)",
                        "{{reason}}"));
    }

    private static Board ledger() {
        return Board.of(
                "ledger",
                "ledger",
                panel(
                        "Findings",
                        "none",
                        "More than none: docs/checks.md",
                        "max by (check) (nkap_ledger_check_findings)",
                        "{{check}}"),
                panel(
                        "Journals not read yet",
                        "none",
                        "How far each check is behind",
                        "max by (check) (nkap_ledger_check_lag)",
                        "{{check}}"),
                panel(
                        "Looks",
                        "ops",
                        "Each check looks again and again",
                        rate("nkap_ledger_check_runs_total", "check, outcome"),
                        "{{check}} {{outcome}}"),
                panel(
                        "A look: 95 of 100",
                        "s",
                        "Each in a transaction of its own",
                        quantile("0.95", "nkap_ledger_check_duration_seconds", "", "check"),
                        "{{check}}"),
                panel(
                        "Seal is late by",
                        "s",
                        "Since the first unsealed hour was over",
                        "max(nkap_ledger_seal_lag_seconds)",
                        "seal"),
                panel(
                        "Events settled in one transaction",
                        "none",
                        "Mean size of a shared transaction",
                        rate("nkap_settlement_batch_size_sum", "function") + " / "
                                + rate("nkap_settlement_batch_size_count", "function"),
                        "{{function}}"),
                panel(
                        "Wait for a shared transaction: 95 of 100",
                        "s",
                        "Of one event",
                        quantile("0.95", "nkap_settlement_wait_seconds", "", "function"),
                        "{{function}}"),
                panel(
                        "Transactions: 99 of 100",
                        "s",
                        "With the wait for a connection and the commit",
                        quantile("0.99", "nkap_transaction_duration_seconds", "job=~\"$job\"", "kind"),
                        "{{kind}}"),
                panel(
                        "How transactions end",
                        "ops",
                        "Failed ones were rolled back whole",
                        rate("nkap_transaction_duration_seconds_count{job=~\"$job\"}", "kind, outcome"),
                        "{{kind}} {{outcome}}"));
    }

    private static Board functions() {
        return FunctionBoard.board();
    }
}
