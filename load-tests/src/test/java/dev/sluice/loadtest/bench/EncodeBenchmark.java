package dev.sluice.loadtest.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.sluice.model.DataType;
import dev.sluice.model.InferRequest;
import dev.sluice.model.InferResponse;
import dev.sluice.model.InferTiming;
import dev.sluice.model.ModelKey;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import dev.sluice.protocol.ByteSink;
import dev.sluice.protocol.InferResponseEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Writing an answer of one output: this project's encoder, JSON and binary, and Jackson's streaming generator with its fast
 * number writer.
 *
 * <p>Threading: one benchmark thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class EncodeBenchmark {
    private static final ModelSignature SIGNATURE = new ModelSignature("onnx_onnxv1", List.of(), List.of(), Map.of());

    @Param({"3", "384", "12288"})
    public int floats = 3;

    private final InferResponseEncoder encoder = new InferResponseEncoder();
    private final ByteSink sink = new ByteSink();
    private final JsonFactory factory = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();
    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
    private Tensor output;
    private InferResponse response;
    private InferRequest asJson;
    private InferRequest asBinary;

    @Setup
    public void prepare() {
        TensorBlock block = TensorBlock.unpooled(Float.BYTES * floats);
        float[] values = BenchBodies.floats(floats);
        for (int i = 0; i < floats; i++) {
            block.memory().putFloat(Float.BYTES * i, values[i]);
        }
        output = Tensor.in(block, 0, Float.BYTES * floats, "y", DataType.FP32, Shape.of(1, floats));
        TensorSet outputs = new TensorSet(List.of(output), block);
        response = new InferResponse(new ModelKey("m", 1), outputs, 0, InferTiming.NONE);
        asJson = request(false);
        asBinary = request(true);
    }

    private static InferRequest request(boolean binary) {
        TensorSet none = new TensorSet(List.of(), TensorBlock.unpooled(0));
        return new InferRequest("p", "", none, List.of(), binary, Map.of(), 0, InferRequest.NO_DEADLINE);
    }

    @Benchmark
    public int json() {
        sink.clear();
        encoder.encode(asJson, response, SIGNATURE, sink);
        return sink.size();
    }

    @Benchmark
    public int binary() {
        sink.clear();
        encoder.encode(asBinary, response, SIGNATURE, sink);
        return sink.size();
    }

    @Benchmark
    public int jackson() throws IOException {
        stream.reset();
        try (JsonGenerator generator = factory.createGenerator(stream)) {
            generator.writeStartObject();
            generator.writeStringField("model_name", "m");
            generator.writeStringField("model_version", "1");
            generator.writeArrayFieldStart("outputs");
            generator.writeStartObject();
            generator.writeStringField("name", output.name());
            generator.writeStringField("datatype", "FP32");
            generator.writeFieldName("shape");
            generator.writeArray(output.shape().toArray(), 0, output.shape().rank());
            generator.writeArrayFieldStart("data");
            for (int i = 0; i < floats; i++) {
                generator.writeNumber(output.base().getFloat(output.offset() + Float.BYTES * i));
            }
            generator.writeEndArray();
            generator.writeEndObject();
            generator.writeEndArray();
            generator.writeEndObject();
        }
        return stream.size();
    }
}
