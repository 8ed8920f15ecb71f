package dev.sluice.loadtest.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.sluice.model.TensorPool;
import dev.sluice.protocol.CodecLimits;
import dev.sluice.protocol.DecodedRequest;
import dev.sluice.protocol.InferRequestDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
 * Reading a request: this project's decoder, JSON and binary, and beside them Jackson's streaming parser with its fast number
 * parser, which does no more than walk the body and put the floats into off-heap memory.
 *
 * <p>Threading: one benchmark thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DecodeBenchmark {
    private static final String INPUT = "x";

    @Param({"16", "256", "12288", "150528"})
    public int floats = 16;

    private final TensorPool pool = new TensorPool(64L << 20);
    private final InferRequestDecoder decoder = new InferRequestDecoder(pool, CodecLimits.DEFAULT);
    private final JsonFactory factory = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .build();
    private byte[] json = {};
    private byte[] binary = {};
    private int binaryHead;
    private ByteBuffer target = ByteBuffer.allocate(0);

    @Setup
    public void prepare() {
        json = BenchBodies.json(INPUT, floats);
        binary = BenchBodies.binary(INPUT, floats);
        binaryHead = BenchBodies.binaryHead(INPUT, floats).length;
        target = ByteBuffer.allocateDirect(Float.BYTES * floats).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Benchmark
    public int json() {
        DecodedRequest request = decoder.decode(json, 0, json.length, InferRequestDecoder.ALL_JSON);
        int bytes = request.inputs().tensors().get(0).byteSize();
        request.release();
        return bytes;
    }

    @Benchmark
    public int binary() {
        DecodedRequest request = decoder.decode(binary, 0, binary.length, binaryHead);
        int bytes = request.inputs().tensors().get(0).byteSize();
        request.release();
        return bytes;
    }

    @Benchmark
    public int jackson() throws IOException {
        int at = 0;
        try (JsonParser parser = factory.createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME && parser.currentName().equals("data")) {
                    parser.nextToken();
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        target.putFloat(at, parser.getFloatValue());
                        at += Float.BYTES;
                    }
                }
            }
        }
        return at;
    }
}
