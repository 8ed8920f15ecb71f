package dev.sluice.gateway.metrics;

import java.util.List;

/**
 * Every meter of Sluice's own, by the name that Prometheus shows; {@code docs/metrics.md} is rendered from it.
 *
 * <p>Threading: immutable.
 */
public enum MeterName {
    REQUEST_SECONDS(
            "sluice_request_seconds",
            Kind.HISTOGRAM,
            "seconds",
            "From the arrival of a request's head to its outcome.",
            "model",
            "version",
            "outcome"),
    STAGE_SECONDS(
            "sluice_stage_seconds",
            Kind.HISTOGRAM,
            "seconds",
            "Time of successful requests by stage: queue (waiting), gather, infer (inside the runtime), scatter; and with a"
                    + " transform transform_queue (waiting for it) and transform.",
            "model",
            "version",
            "stage"),
    BATCH_ROWS("sluice_batch_rows", Kind.HISTOGRAM, "rows", "Rows per run of the model.", "model", "version"),
    QUEUE_ROWS("sluice_queue_rows", Kind.GAUGE, "rows", "Rows that wait for a run.", "model", "version"),
    QUEUE_BYTES("sluice_queue_bytes", Kind.GAUGE, "bytes", "Bytes of inputs that wait for a run.", "model", "version"),
    REPEATED_RUNS(
            "sluice_repeated_runs_total",
            Kind.COUNTER,
            "runs",
            "Runs of several requests that failed and were repeated in parts, so that one bad row fails alone.",
            "model",
            "version"),
    BATCH_CELLS(
            "sluice_batch_cells_total",
            Kind.COUNTER,
            "cells",
            "Cells computed: rows times the longest of their lengths, run by run; a row of fixed shape is one.",
            "model",
            "version"),
    PADDING_CELLS(
            "sluice_batch_padding_cells_total",
            Kind.COUNTER,
            "cells",
            "Those of sluice_batch_cells_total that were padding: the waste of running different lengths together.",
            "model",
            "version"),
    BATCH_VERDICT(
            "sluice_batch_verdict",
            Kind.GAUGE,
            "0 or 1",
            "1 for what loading showed about answers in batches: exact, within-tolerance, declared, not-batchable"
                    + " (they change with their neighbours), no-rows, not-proved, off.",
            "model",
            "version",
            "verdict"),
    PADDING(
            "sluice_padding",
            Kind.GAUGE,
            "0 or 1",
            "1 when rows of different lengths may share a run of this version.",
            "model",
            "version"),
    BATCHING(
            "sluice_batching",
            Kind.GAUGE,
            "0 or 1",
            "1 when requests of this version are batched.",
            "model",
            "version"),
    MAX_BATCH_ROWS(
            "sluice_max_batch_rows",
            Kind.GAUGE,
            "rows",
            "Most rows of one run now; where lengths vary, cells bound it too.",
            "model",
            "version"),
    INLINE(
            "sluice_inline",
            Kind.GAUGE,
            "0 or 1",
            "1 when event loops run this version themselves, 0 when inference threads do.",
            "model",
            "version"),
    TUNING_CHECKS(
            "sluice_tuning_checks_total",
            Kind.COUNTER,
            "checks",
            "How often this version was measured again while it served.",
            "model",
            "version"),
    TUNING_CHANGES(
            "sluice_tuning_changes_total",
            Kind.COUNTER,
            "changes",
            "How often that, or runs too long for an event loop, changed how it is run.",
            "model",
            "version"),
    VERSION_STATE(
            "sluice_version_state",
            Kind.GAUGE,
            "0 or 1",
            "1 for the state that a version is in: registered, loading, ready, draining, closed, quarantined.",
            "model",
            "version",
            "state"),
    BREAKER_STATE(
            "sluice_breaker_state",
            Kind.GAUGE,
            "0 or 1",
            "1 for the state of a version's circuit breaker: closed, open (it is out), half_open (it is tried).",
            "model",
            "version",
            "state"),
    BREAKER_TRANSITIONS(
            "sluice_breaker_transitions_total",
            Kind.COUNTER,
            "transitions",
            "How often that breaker came into a state.",
            "model",
            "version",
            "state"),
    BREAKER_FAILURES(
            "sluice_breaker_window_failures",
            Kind.GAUGE,
            "requests",
            "Failures among the last requests that the breaker counts.",
            "model",
            "version"),
    BREAKER_FALLBACKS(
            "sluice_breaker_fallbacks_total",
            Kind.COUNTER,
            "requests",
            "Requests for a version that was out, answered by its fallback.",
            "model",
            "version"),
    BREAKER_REFUSALS(
            "sluice_breaker_refusals_total",
            Kind.COUNTER,
            "requests",
            "Requests for a version that was out, refused with 503 because nobody could stand in for it.",
            "model",
            "version"),
    VALIDATION_VALUES(
            "sluice_validation_values_total",
            Kind.COUNTER,
            "values",
            "Values of a feature that validation counted: missing, not_finite, out_of_range, not_in_domain, not_integer,"
                    + " constant_run (rows of it). Features beyond 200 are summed as other; what was never found is absent.",
            "model",
            "version",
            "feature",
            "kind"),
    VALIDATION_REQUESTS(
            "sluice_validation_requests_total",
            Kind.COUNTER,
            "requests",
            "Requests whose values were looked at: passed, flagged (something was found, and they ran), rejected.",
            "model",
            "version",
            "verdict"),
    LOAD_SECONDS("sluice_load_seconds", Kind.GAUGE, "seconds", "How long a version took to load.", "model", "version"),
    ADMITTED("sluice_admitted_requests", Kind.GAUGE, "requests", "Requests between routing and their answer."),
    ADMISSION_LIMIT("sluice_admission_limit", Kind.GAUGE, "requests", "Bound of sluice_admitted_requests."),
    ADMISSION_REFUSALS(
            "sluice_admission_refusals_total",
            Kind.COUNTER,
            "requests",
            "Requests refused with 503 because the bound on concurrent requests was reached."),
    LOAD_WAITING(
            "sluice_load_waiting", Kind.GAUGE, "requests", "Requests that wait for a version to be loaded on demand."),
    LOAD_WAITING_LIMIT(
            "sluice_load_waiting_limit",
            Kind.GAUGE,
            "requests",
            "Bound of sluice_load_waiting: a quarter of sluice_admission_limit."),
    LOAD_WAITING_REFUSALS(
            "sluice_load_waiting_refusals_total",
            Kind.COUNTER,
            "requests",
            "Requests refused with 503 because too many were waiting for that."),
    CONNECTIONS("sluice_http_connections", Kind.GAUGE, "connections", "Open connections to the data port."),
    CONNECTION_REFUSALS(
            "sluice_http_connection_refusals_total",
            Kind.COUNTER,
            "connections",
            "Connections closed at once because http.max-connections was reached."),
    KNOWN_HEADS(
            "sluice_http_known_heads_total",
            Kind.COUNTER,
            "requests",
            "Requests that passed the HTTP engine, because their connection had sent the same head before."),
    RESPONSES(
            "sluice_http_responses_total",
            Kind.COUNTER,
            "responses",
            "Responses of the data port by status code; 499 = the client left before its answer.",
            "status"),
    BODY_BYTES("sluice_body_bytes", Kind.GAUGE, "bytes", "Heap that bodies of requests and answers take."),
    BODY_BYTES_LIMIT(
            "sluice_body_bytes_limit", Kind.GAUGE, "bytes", "Bound of sluice_body_bytes: a quarter of the heap."),
    BODY_REFUSALS(
            "sluice_body_refusals_total",
            Kind.COUNTER,
            "requests",
            "Requests refused with 503 or 413 because bodies took all of that."),
    CODEC_WAITING(
            "sluice_codec_waiting", Kind.GAUGE, "bodies", "Large or compressed bodies that wait for a codec thread."),
    CODEC_REFUSALS(
            "sluice_codec_refusals_total",
            Kind.COUNTER,
            "bodies",
            "Bodies refused with 503 because too many were waiting for a codec thread."),
    TRANSFORM_WAITING(
            "sluice_transform_waiting",
            Kind.GAUGE,
            "requests",
            "Requests that wait for their inputs to be transformed."),
    TRANSFORM_REFUSALS(
            "sluice_transform_refusals_total",
            Kind.COUNTER,
            "requests",
            "Requests refused with 503 because too many were waiting for that."),
    TRANSFORM_WAITING_TO_FINISH(
            "sluice_transform_waiting_to_finish",
            Kind.GAUGE,
            "requests",
            "Requests that a model has answered and whose outputs wait to be transformed."),
    IMAGE_BYTES("sluice_image_bytes", Kind.GAUGE, "bytes", "Heap that images take while they are decoded."),
    IMAGE_BYTES_LIMIT(
            "sluice_image_bytes_limit", Kind.GAUGE, "bytes", "Bound of sluice_image_bytes: a quarter of the heap."),
    IMAGE_REFUSALS(
            "sluice_image_refusals_total",
            Kind.COUNTER,
            "images",
            "Images refused with 503 or 413 because that bound would have been passed."),
    TENSOR_BYTES_IN_USE(
            "sluice_tensor_bytes_in_use", Kind.GAUGE, "bytes", "Off-heap memory of tensors that somebody refers to."),
    TENSOR_BYTES_KEPT(
            "sluice_tensor_bytes_kept", Kind.GAUGE, "bytes", "Off-heap memory of tensors that is kept for reuse."),
    TENSOR_BYTES_LIMIT("sluice_tensor_bytes_limit", Kind.GAUGE, "bytes", "Bound of the two above together."),
    TENSOR_REFUSALS(
            "sluice_tensor_refusals_total",
            Kind.COUNTER,
            "blocks",
            "Tensor blocks refused because that bound was reached; the request gets 503."),
    MODEL_MEMORY(
            "sluice_model_memory_bytes",
            Kind.GAUGE,
            "bytes",
            "Memory that loaded versions take on a device, by their upper bounds.",
            "device"),
    MODEL_MEMORY_LIMIT(
            "sluice_model_memory_limit_bytes",
            Kind.GAUGE,
            "bytes",
            "Bound of sluice_model_memory_bytes, where there is one.",
            "device"),
    MODEL_MEMORY_REFUSALS(
            "sluice_model_memory_refusals_total",
            Kind.COUNTER,
            "versions",
            "Versions that were not loaded because that bound would have been passed."),
    EVICTIONS(
            "sluice_model_evictions_total",
            Kind.COUNTER,
            "versions",
            "Versions that were unloaded to make room for others."),
    REPOSITORY_SCANS(
            "sluice_repository_scans_total",
            Kind.COUNTER,
            "scans",
            "How often the model repository was looked at since the start, because something changed or in case it had."),
    REPOSITORY_SCAN_FAILURES(
            "sluice_repository_scan_failures_total",
            Kind.COUNTER,
            "scans",
            "Those of sluice_repository_scans_total that could not read it; what serves stays."),
    REPOSITORY_READ_RETRIES(
            "sluice_repository_read_retries_total",
            Kind.COUNTER,
            "reads",
            "Reads of the model repository that were tried again because the file system failed."),
    REPOSITORY_LAST_SCAN(
            "sluice_repository_last_scan_timestamp_seconds",
            Kind.GAUGE,
            "seconds since 1970",
            "When the model repository was last looked at without a failure; 0 = not since the start."),
    REPOSITORY_WATCHED_FOLDERS(
            "sluice_repository_watched_folders",
            Kind.GAUGE,
            "folders",
            "Folders whose changes the operating system tells of; 0 where they are polled or not watched."),
    LOG_RECEIVED(
            "sluice_log_received_total",
            Kind.COUNTER,
            "requests",
            "Requests that ended and concern a channel of the input log; each is logged, dropped, sampled out or pending.",
            "channel"),
    LOG_LOGGED(
            "sluice_log_logged_total",
            Kind.COUNTER,
            "records",
            "Records that a channel has handed over, so that they survive this process.",
            "channel"),
    LOG_DIGESTS(
            "sluice_log_digests_total",
            Kind.COUNTER,
            "records",
            "Those of sluice_log_logged_total of which only digests of the tensors are there.",
            "channel"),
    LOG_SAMPLED_OUT(
            "sluice_log_sampled_out_total", Kind.COUNTER, "requests", "Requests that were not chosen.", "channel"),
    LOG_DROPPED(
            "sluice_log_dropped_total",
            Kind.COUNTER,
            "records",
            "Records that were chosen and lost: queue_full, displaced by newer ones, unwritable, refused by the receiver, or"
                    + " stopped with the server.",
            "channel",
            "reason"),
    LOG_PENDING("sluice_log_pending", Kind.GAUGE, "records", "Records on their way.", "channel"),
    LOG_QUEUE_BYTES(
            "sluice_log_queue_bytes", Kind.GAUGE, "bytes", "Memory that records on their way keep alive.", "channel"),
    LOG_QUEUE_LIMIT("sluice_log_queue_limit_bytes", Kind.GAUGE, "bytes", "Most of it.", "channel"),
    LOG_FAILING(
            "sluice_log_failing",
            Kind.GAUGE,
            "0 or 1",
            "1 while a channel cannot hand records over; it tries again until it can.",
            "channel"),
    LOG_FAILURES(
            "sluice_log_failures_total",
            Kind.COUNTER,
            "attempts",
            "Attempts to hand records over that failed.",
            "channel"),
    LOG_FILE_BYTES("sluice_log_file_bytes_total", Kind.COUNTER, "bytes", "Bytes written to files of the input log."),
    LOG_FILES_ENDED("sluice_log_files_ended_total", Kind.COUNTER, "files", "Files of the input log that were closed."),
    LOG_FILES_REWRITTEN(
            "sluice_log_files_rewritten_total",
            Kind.COUNTER,
            "files",
            "Closed files of the input log that were rewritten in another form."),
    LOG_FILES_REWRITE_FAILURES(
            "sluice_log_files_rewrite_failures_total",
            Kind.COUNTER,
            "files",
            "Attempts to do so that failed; the file stays as it is."),
    LOG_FILES_DELETED(
            "sluice_log_files_deleted_total",
            Kind.COUNTER,
            "files",
            "Closed files of the input log that were deleted for log.keep-bytes."),
    LOG_FILES_KEPT_BYTES(
            "sluice_log_files_kept_bytes", Kind.GAUGE, "bytes", "Bytes of the closed files of the input log."),
    CONTROL_REFUSALS(
            "sluice_control_refusals_total",
            Kind.COUNTER,
            "operations",
            "Operations on models refused with 503 because too many were in progress."),
    FEEDBACK_LABELS(
            "sluice_feedback_labels_total",
            Kind.COUNTER,
            "labels",
            "Labels by what became of them: joined, late, duplicate, corrected, orphan, wrong_model; counted since the file"
                    + " of feedback was made.",
            "model",
            "outcome"),
    FEEDBACK_LAG(
            "sluice_feedback_lag_seconds",
            Kind.HISTOGRAM,
            "seconds",
            "From a prediction to its first label; counted since the file of feedback was made.",
            "model"),
    FEEDBACK_REMEMBERED(
            "sluice_feedback_predictions",
            Kind.GAUGE,
            "rows",
            "Rows of predictions that are remembered, with a label or without.",
            "model",
            "version"),
    FEEDBACK_WAITING(
            "sluice_feedback_predictions_waiting",
            Kind.GAUGE,
            "rows",
            "Those of sluice_feedback_predictions that have no label yet.",
            "model",
            "version"),
    FEEDBACK_COVERAGE(
            "sluice_feedback_coverage",
            Kind.GAUGE,
            "share",
            "Share of sluice_feedback_predictions that have a label.",
            "model",
            "version"),
    FEEDBACK_FORGOTTEN(
            "sluice_feedback_forgotten_total",
            Kind.COUNTER,
            "rows",
            "Rows of predictions that are not remembered any more: expired (feedback.keep) or displaced"
                    + " (feedback.max-predictions); counted since the file of feedback was made.",
            "model",
            "reason"),
    FEEDBACK_QUEUE_LABELS(
            "sluice_feedback_queue_labels", Kind.GAUGE, "labels", "Labels that wait to be joined; at most 100000."),
    FEEDBACK_REFUSALS(
            "sluice_feedback_refusals_total",
            Kind.COUNTER,
            "requests",
            "Requests with labels refused with 503 because too many labels waited."),
    ROUTE_TABLE("sluice_route_table_number", Kind.GAUGE, "number", "Grows with every route table that is published."),
    READY("sluice_ready", Kind.GAUGE, "0 or 1", "1 when /v2/health/ready answers 200.");

    /** How a meter behaves. */
    public enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    private final String prometheusName;
    private final Kind kind;
    private final String unit;
    private final String meaning;

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<String> tags;

    MeterName(String prometheusName, Kind kind, String unit, String meaning, String... tags) {
        this.prometheusName = prometheusName;
        this.kind = kind;
        this.unit = unit;
        this.meaning = meaning;
        this.tags = List.of(tags);
    }

    public String prometheusName() {
        return prometheusName;
    }

    public Kind kind() {
        return kind;
    }

    public String unit() {
        return unit;
    }

    public String meaning() {
        return meaning;
    }

    public List<String> tags() {
        return tags;
    }
}
