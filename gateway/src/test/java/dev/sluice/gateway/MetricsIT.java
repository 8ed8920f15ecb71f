package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.metrics.MeterName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus reads, after traffic that is known to the request. */
class MetricsIT {
    private static final String[] MLP = {"model", "mlp", "version", "1"};

    @TempDir
    static Path repository;

    private static RunningGateway gateway;

    private static MetricsPage page;

    @BeforeAll
    static void start() {
        TestModels.copy(repository, "mlp", "gather", "two-inputs", "broken-text");
        gateway = RunningGateway.start(repository);
        HttpCalls calls = gateway.calls();
        for (int rows : new int[] {1, 2, 4, 4}) {
            InferAnswer.of(new InferBody()
                    .binary("x", "FP32", "[" + rows + ",16]", new byte[rows * 64])
                    .postTo(calls, "mlp"));
        }
        assertThat(new InferBody()
                        .json("x", "FP32", "[1,16]", "[1]")
                        .postTo(calls, "mlp")
                        .status())
                .isEqualTo(400);
        assertThat(new InferBody()
                        .json("indices", "INT64", "[1,1]", "[99]")
                        .postTo(calls, "gather")
                        .status())
                .isEqualTo(500);
        page = MetricsPage.of(gateway);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static double mlp(String name, String... labels) {
        String[] all = new String[MLP.length + labels.length];
        System.arraycopy(MLP, 0, all, 0, MLP.length);
        System.arraycopy(labels, 0, all, MLP.length, labels.length);
        return page.value(name, all);
    }

    @Test
    void isTextThatPrometheusReads() {
        HttpCalls.Answer answer = gateway.metrics().get("/metrics");

        assertThat(answer.header("content-type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(gateway.metrics().get("/").status()).isEqualTo(404);
        assertThat(page.samples()).hasSizeGreaterThan(100);
    }

    @Test
    void declaresTheTypeOfEverySample() {
        for (MetricsPage.Sample sample : page.samples()) {
            String family = sample.name().replaceFirst("_(bucket|sum|count|max)$", "");

            assertThat(page.types())
                    .as(sample.name())
                    .satisfiesAnyOf(
                            types -> assertThat(types).containsKey(sample.name()),
                            types -> assertThat(types).containsKey(family));
        }
    }

    @Test
    void countsAsTritonCounts() {
        assertThat(mlp("nv_inference_request_success")).isEqualTo(4);
        assertThat(mlp("nv_inference_count")).isEqualTo(11);
        assertThat(mlp("nv_inference_exec_count")).isEqualTo(4);
        assertThat(mlp("nv_inference_pending_request_count")).isZero();
        for (String reason : List.of("REJECTED", "CANCELED", "BACKEND", "OTHER")) {
            assertThat(mlp("nv_inference_request_failure", "reason", reason)).isZero();
        }
        assertThat(page.value("nv_inference_request_failure", "model", "gather", "reason", "BACKEND"))
                .isEqualTo(1);
        assertThat(page.value("nv_inference_request_success", "model", "two-inputs"))
                .isZero();
    }

    @Test
    void timesAsTritonTimes() {
        double request = mlp("nv_inference_request_duration_us");
        double parts = 0;
        for (String stage : List.of("queue", "compute_input", "compute_infer", "compute_output")) {
            double micros = mlp("nv_inference_" + stage + "_duration_us");
            assertThat(micros).as(stage).isNotNegative();
            parts += micros;
        }

        assertThat(request).isPositive().isGreaterThanOrEqualTo(parts);
    }

    @Test
    void declaresTritonsTypes() {
        for (String name : List.of(
                "nv_inference_request_success",
                "nv_inference_request_failure",
                "nv_inference_count",
                "nv_inference_exec_count",
                "nv_inference_request_duration_us",
                "nv_inference_queue_duration_us",
                "nv_inference_compute_input_duration_us",
                "nv_inference_compute_infer_duration_us",
                "nv_inference_compute_output_duration_us")) {
            assertThat(page.types()).containsEntry(name, "counter");
        }
        assertThat(page.types()).containsEntry("nv_inference_pending_request_count", "gauge");
    }

    @Test
    void hasEveryMeterThatIsDocumented() {
        for (MeterName meter : MeterName.values()) {
            assertThat(page.types())
                    .containsEntry(meter.prometheusName(), meter.kind().name().toLowerCase(Locale.ROOT));
        }
    }

    @Test
    void countsRequestsByTheirOutcome() {
        assertThat(mlp("sluice_request_seconds_count", "outcome", "success")).isEqualTo(4);
        assertThat(mlp("sluice_request_seconds_count", "outcome", "invalid_input"))
                .isEqualTo(1);
        assertThat(page.value("sluice_request_seconds_count", "model", "gather", "outcome", "model_failed"))
                .isEqualTo(1);
        for (String stage : List.of("queue", "gather", "infer", "scatter")) {
            assertThat(mlp("sluice_stage_seconds_count", "stage", stage)).isEqualTo(4);
        }
    }

    @Test
    void countsRowsPerRun() {
        assertThat(mlp("sluice_batch_rows_count")).isEqualTo(4);
        assertThat(mlp("sluice_batch_rows_sum")).isEqualTo(11);
        assertThat(mlp("sluice_batch_rows_bucket", "le", "1.0")).isEqualTo(1);
        assertThat(mlp("sluice_batch_rows_bucket", "le", "2.0")).isEqualTo(2);
        assertThat(mlp("sluice_batch_rows_bucket", "le", "4.0")).isEqualTo(4);
        assertThat(mlp("sluice_batch_rows_bucket", "le", "+Inf")).isEqualTo(4);
    }

    @Test
    void tellsTheStateOfEveryVersion() {
        assertThat(mlp("sluice_version_state", "state", "ready")).isEqualTo(1);
        assertThat(mlp("sluice_version_state", "state", "quarantined")).isZero();
        assertThat(page.value("sluice_version_state", "model", "broken-text", "state", "quarantined"))
                .isEqualTo(1);
        assertThat(mlp("sluice_load_seconds")).isPositive();
    }

    @Test
    void holdsNoMemoryWhenIdle() {
        Await.until("idle", () -> MetricsPage.of(gateway).value("sluice_tensor_bytes_in_use") == 0);

        assertThat(page.value("sluice_tensor_bytes_limit")).isPositive();
        assertThat(page.value("sluice_admitted_requests")).isZero();
    }

    @Test
    void accumulatesBuckets() {
        Map<String, List<MetricsPage.Sample>> histograms = new LinkedHashMap<>();
        for (MetricsPage.Sample sample : page.samples()) {
            String family = sample.name().replaceFirst("_bucket$", "");
            if (sample.name().endsWith("_bucket")
                    && "histogram".equals(page.types().get(family))) {
                Map<String, String> labels = new LinkedHashMap<>(sample.labels());
                labels.remove("le");
                histograms
                        .computeIfAbsent(family + labels, ignored -> new ArrayList<>())
                        .add(sample);
            }
        }

        assertThat(histograms).hasSizeGreaterThan(5);
        histograms.forEach((name, buckets) -> assertAccumulates(name, buckets));
    }

    private static void assertAccumulates(String name, List<MetricsPage.Sample> buckets) {
        assertThat(buckets).as(name).isSortedAccordingTo(Comparator.comparingDouble(MetricsIT::bound));
        assertThat(buckets).as(name).isSortedAccordingTo(Comparator.comparingDouble(MetricsPage.Sample::value));
        MetricsPage.Sample last = buckets.get(buckets.size() - 1);
        assertThat(last.labels()).as(name).containsEntry("le", "+Inf");
        String family = last.name().replaceFirst("_bucket$", "");
        String[] labels = last.labels().entrySet().stream()
                .filter(label -> !label.getKey().equals("le"))
                .flatMap(label -> java.util.stream.Stream.of(label.getKey(), label.getValue()))
                .toArray(String[]::new);
        assertThat(page.value(family + "_count", labels)).as(name).isEqualTo(last.value());
        assertThat(page.all(family + "_sum", labels)).as(name).hasSize(1);
    }

    private static double bound(MetricsPage.Sample bucket) {
        String bound = bucket.labels().getOrDefault("le", "");
        return bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
    }
}
