package cm.nkap.local.watch;

import static cm.nkap.local.watch.Board.panel;

/** The dashboard of the processes themselves: calls, events, pools, servers beside them, the Java process. */
final class FunctionBoard {
    private static final String JOB = "{job=~\"$job\"}";
    private static final String RATE = "[$__rate_interval]";

    private FunctionBoard() {}

    private static String rate(String series, String by) {
        return "sum by (" + by + ") (rate(" + series + JOB + RATE + "))";
    }

    private static String p99(String histogram, String by) {
        return "histogram_quantile(0.99, sum by (le, " + by + ") (rate(" + histogram + "_bucket" + JOB + RATE + ")))";
    }

    static Board board() {
        String http = "http_server_request_duration_seconds";
        return Board.of(
                "functions",
                "functions",
                panel(
                        "Calls",
                        "ops",
                        "By route",
                        rate(http + "_count", "http_route, http_request_method"),
                        "{{http_request_method}} {{http_route}}"),
                panel(
                        "Share of errors",
                        "percentunit",
                        "Answers of 500 and above",
                        "sum by (job) (rate(" + http + "_count{job=~\"$job\", http_response_status_code=~\"5..\"}"
                                + RATE + ")) / sum by (job) (rate(" + http + "_count" + JOB + RATE + "))",
                        "{{job}}"),
                panel("Calls: 99 of 100", "s", "Points lead to traces", p99(http, "http_route"), "{{http_route}}"),
                panel(
                        "Calls that run now",
                        "none",
                        "NKAP_MAX_CONCURRENT is the most",
                        "sum by (job) (http_server_active_requests" + JOB + ")",
                        "{{job}}"),
                panel(
                        "Events handled",
                        "ops",
                        "By function and outcome",
                        rate("nkap_event_handling_duration_seconds_count", "function, outcome"),
                        "{{function}} {{outcome}}"),
                panel(
                        "Handling an event: 99 of 100",
                        "s",
                        "One try, without the wait before it",
                        p99("nkap_event_handling_duration_seconds", "function, type"),
                        "{{function}} {{type}}"),
                panel(
                        "Delivering an event: 99 of 100",
                        "s",
                        "With all repetitions",
                        p99("nkap_event_delivery_duration_seconds", "function"),
                        "{{function}}"),
                panel(
                        "Tries that failed",
                        "ops",
                        "Repeated, or parked as a dead letter",
                        rate("nkap_event_delivery_failures_total", "function, kind"),
                        "{{function}} {{kind}}"),
                panel(
                        "Dead letters",
                        "none",
                        "Waiting for a person",
                        "max by (function) (nkap_dead_letters_waiting)",
                        "{{function}}"),
                panel(
                        "Outbox",
                        "none",
                        "Events not known to have arrived",
                        "max by (state) (nkap_outbox_pending)",
                        "{{state}}",
                        "sum(nkap_publisher_queue)",
                        "on their way",
                        "sum(nkap_event_held)",
                        "at the dispatcher"),
                panel("Age of the oldest event", "s", "Read by sweep", "max(nkap_outbox_oldest_age_seconds)", "oldest"),
                panel(
                        "Published",
                        "ops",
                        "What is left in the outbox, sweep publishes",
                        rate("nkap_event_published_total", "result"),
                        "{{result}}"),
                panel(
                        "Connections",
                        "none",
                        "At work, and callers that wait for one",
                        "sum by (job) (db_client_connection_count{db_client_connection_state=\"used\", job=~\"$job\"})",
                        "{{job}} used",
                        "sum by (job) (db_client_connection_max" + JOB + ")",
                        "{{job}} most",
                        "sum by (job) (db_client_connection_pending_requests" + JOB + ")",
                        "{{job}} waiting"),
                panel(
                        "Wait for a connection: 99 of 100",
                        "s",
                        "In the fair queue",
                        p99("db_client_connection_wait_time_seconds", "job"),
                        "{{job}}"),
                panel(
                        "Refused without a connection, above a budget",
                        "ops",
                        "503 and 429",
                        rate("db_client_connection_timeouts_total", "job"),
                        "{{job}} no connection",
                        rate("nkap_rate_limit_refusals_total", "budget"),
                        "{{budget}}"),
                panel(
                        "Servers beside us",
                        "none",
                        "1 connected, 0 away",
                        "min by (job) (nkap_redis_connected" + JOB + ")",
                        "{{job}} Redis",
                        "min by (job, client) (nkap_nats_connected" + JOB + ")",
                        "{{job}} NATS {{client}}",
                        rate("nkap_redis_rests_total", "job"),
                        "{{job}} Redis left alone"),
                panel(
                        "Secrets and keys",
                        "ops",
                        "Failures of the store, fetches of the issuer's keys",
                        rate("nkap_secrets_failures_total", "job, kind"),
                        "{{job}} secrets {{kind}}",
                        rate("nkap_identity_key_fetches_total", "job, result"),
                        "{{job}} keys {{result}}"),
                panel(
                        "Sweep",
                        "ops",
                        "What runs did",
                        rate("nkap_sweep_done_total", "work"),
                        "{{work}}",
                        rate("nkap_sweep_runs_total", "job"),
                        "runs"),
                panel(
                        "Memory",
                        "bytes",
                        "In use, by kind",
                        "sum by (job, jvm_memory_type) (jvm_memory_used_bytes" + JOB + ")",
                        "{{job}} {{jvm_memory_type}}",
                        "sum by (job) (jvm_memory_limit_bytes{jvm_memory_type=\"heap\", job=~\"$job\"})",
                        "{{job}} limit"),
                panel(
                        "Processor",
                        "percentunit",
                        "Processors in use, and the share spent on garbage",
                        rate("jvm_cpu_time_seconds_total", "job"),
                        "{{job}}",
                        rate("nkap_jvm_gc_time_seconds_total", "job"),
                        "{{job}} garbage"),
                panel(
                        "Platform threads",
                        "none",
                        "Virtual ones are not counted",
                        "sum by (job) (jvm_thread_count" + JOB + ")",
                        "{{job}}"));
    }
}
