package dev.sluice.loadtest.proof.speed.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputRingTest {
    private static final Path MLP = Path.of("../model-loader/src/test/models/mlp/1/model.onnx");

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();

    private static Collection<NodeInfo> inputs(OrtSession session) throws OrtException {
        return session.getInputInfo().values();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 400, 1024",
        "3, 1200, 342",
        "64, 25600, 16",
        "2048, 819200, 2",
        "1, 602112, 27",
        "8, 33554432, 2",
    })
    void thousandRowsPassBeforeOneComesAgainWhereMemoryAllows(int batch, long bytes, int inputs) {
        assertThat(InputRing.size(batch, bytes)).isEqualTo(inputs);
    }

    @Test
    void everyRowIsDifferentAndAfterTheLastInputComesTheFirst() throws OrtException {
        try (OrtSession session = environment.createSession(MLP.toString());
                InputRing ring = new InputRing(environment, inputs(session), 64, 1, 7)) {
            Set<List<Float>> rows = new HashSet<>();
            Map<String, OnnxTensor> first = ring.next();
            Map<String, OnnxTensor> input = first;
            for (int i = 0; i < ring.size(); i++) {
                OnnxTensor tensor = input.values().iterator().next();
                assertThat(tensor.getInfo().getShape()).containsExactly(64, 16);
                FloatBuffer values = tensor.getFloatBuffer();
                for (int row = 0; row < 64; row++) {
                    rows.add(Stream.generate(values::get).limit(16).toList());
                }
                input = ring.next();
            }

            assertThat(rows).hasSize(1_024).allMatch(row -> row.stream().allMatch(value -> Math.abs(value) <= 1));
            assertThat(input).isSameAs(first);
        }
    }

    @Test
    void callersGetDifferentRows() throws OrtException {
        try (OrtSession session = environment.createSession(MLP.toString());
                InputRing one = new InputRing(environment, inputs(session), 1, 1, 0);
                InputRing other = new InputRing(environment, inputs(session), 1, 1, 1)) {
            assertThat(one.next().values().iterator().next().getFloatBuffer())
                    .isNotEqualTo(other.next().values().iterator().next().getFloatBuffer());
        }
    }
}
