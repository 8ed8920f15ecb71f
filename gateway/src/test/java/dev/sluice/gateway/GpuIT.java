package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models on the first GPU beside the same models on the CPU. Needs a GPU, its driver, and the build with the profile {@code gpu}:
 * {@code deploy/test-gpu} runs it.
 */
@Tag("gpu")
class GpuIT {
    @TempDir
    static Path repository;

    private static RunningGateway gateway;
    private static HttpCalls calls;

    @BeforeAll
    static void start() {
        for (String model : new String[] {"mlp", "cnn"}) {
            Repositories.copyVersion(repository, model, model + "-cpu", 1);
            Repositories.copyVersion(repository, model, model + "-gpu", 1);
            Repositories.configure(repository, model + "-gpu", "device: cuda:0\n");
        }
        gateway = RunningGateway.start(
                repository, "limits.gpu-memory={\"cuda:0\": 2GiB}", "inference.gpu-max-batch-size=32");
        calls = gateway.calls();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static byte[] floats(int count) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            bytes.putFloat((i % 17 - 8) / 8f);
        }
        return bytes.array();
    }

    private static JsonNode infer(String model, int rows) {
        HttpCalls.Answer answer = new InferBody()
                .binary("x", "FP32", "[" + rows + ",16]", floats(rows * 16))
                .postTo(calls, model);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("outputs").path(0).path("data");
    }

    @Test
    void runsOnTheGpu() {
        for (String model : new String[] {"mlp-gpu", "cnn-gpu"}) {
            assertThat(calls.get("/v2/models/" + model)
                            .json()
                            .path("properties")
                            .path("device")
                            .asText())
                    .isEqualTo("cuda:0");
        }
    }

    @Test
    void answersAsTheCpuDoes() {
        JsonNode onCpu = infer("mlp-cpu", 64);
        JsonNode onGpu = infer("mlp-gpu", 64);

        assertThat(onGpu.size()).isEqualTo(onCpu.size()).isPositive();
        for (int i = 0; i < onCpu.size(); i++) {
            assertThat(onGpu.get(i).asDouble())
                    .isCloseTo(onCpu.get(i).asDouble(), org.assertj.core.data.Offset.offset(5e-3));
        }
    }

    @Test
    void countsItsMemoryOnTheGpu() {
        MetricsPage page = MetricsPage.of(gateway);

        assertThat(page.value("sluice_model_memory_bytes", "device", "cuda:0")).isPositive();
        assertThat(page.value("sluice_model_memory_limit_bytes", "device", "cuda:0"))
                .isEqualTo(2L << 30);
    }
}
