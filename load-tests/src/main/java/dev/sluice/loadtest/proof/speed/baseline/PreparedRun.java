package dev.sluice.loadtest.proof.speed.baseline;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run with everything in place: different inputs in direct memory, taken in turn, and outputs that the runtime writes into
 * direct memory.
 *
 * <p>Threading: confined to one caller at a time; {@link #close} afterwards.
 */
final class PreparedRun implements AutoCloseable {
    private final OrtSession session;
    private final InputRing inputs;
    private final Map<String, OnnxValue> outputs = new LinkedHashMap<>();

    /** @param length value of dynamic dimensions behind the first */
    PreparedRun(OrtEnvironment environment, OrtSession session, int batch, long length, long seed) throws OrtException {
        this.session = session;
        inputs = new InputRing(environment, session.getInputInfo().values(), batch, length, seed);
        try (OrtSession.Result result = session.run(inputs.next())) {
            for (Map.Entry<String, OnnxValue> output : result) {
                TensorInfo info = (TensorInfo) output.getValue().getInfo();
                ByteBuffer memory = TensorMemory.allocate(TensorMemory.bytes(info.type, info.getShape()));
                outputs.put(output.getKey(), OnnxTensor.createTensor(environment, memory, info.getShape(), info.type));
            }
        }
    }

    void run() throws OrtException {
        session.run(inputs.next(), outputs).close();
    }

    @Override
    public void close() {
        List<OnnxValue> owned = new ArrayList<>(outputs.values());
        Collections.reverse(owned);
        owned.forEach(OnnxValue::close);
        inputs.close();
    }
}
