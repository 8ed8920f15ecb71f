package dev.sluice.loadtest.proof;

import dev.sluice.loadtest.ProcFiles;
import dev.sluice.loadtest.SecondSample;
import dev.sluice.loadtest.proof.server.ListeningLine;
import dev.sluice.loadtest.proof.server.PrometheusText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Reads a server's memory and CPU time: resident memory and CPU from {@code /proc}, heap and direct memory from its
 * metrics page.
 *
 * <p>Threading: blocking; confined to the proof's thread.
 */
final class ServerSampler {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final ProcFiles proc;
    private final ListeningLine server;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    ServerSampler(ProcFiles proc, ListeningLine server) {
        this.proc = proc;
        this.server = server;
    }

    /** @throws IOException if the process is gone or its metrics lack a value */
    ServerSample sample(double atSeconds, SecondSample load) throws IOException, InterruptedException {
        PrometheusText metrics = new PrometheusText(metricsPage());
        return new ServerSample(
                atSeconds,
                proc.residentBytes(server.pid()),
                required(metrics, "jvm_memory_used_bytes", "area=\"heap\""),
                required(metrics, "jvm_buffer_memory_used_bytes", "id=\"direct\""),
                proc.cpuNanos(server.pid()) / 1e9,
                load);
    }

    private String metricsPage() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.metrics() + "/metrics"))
                .timeout(PATIENCE)
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(request.uri() + " must answer 200, got " + response.statusCode());
        }
        return response.body();
    }

    private static long required(PrometheusText metrics, String metric, String label) throws IOException {
        return (long) metrics.sum(metric, label)
                .orElseThrow(() -> new IOException("the metrics page has no " + metric + "{" + label + "}"));
    }
}
