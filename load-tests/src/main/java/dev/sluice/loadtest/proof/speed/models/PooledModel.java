package dev.sluice.loadtest.proof.speed.models;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A text encoder with the mean over its tokens as its only output, as those who embed text run it: the file of the encoder,
 * with five operators added to its graph and its own output taken off the list.
 *
 * <p>The encoder has the inputs {@code attention_mask} [batch, sequence] of 0 and 1, and the output {@code last_hidden_state}
 * [batch, sequence, 384]; the result has the same inputs and the output {@code embedding} [batch, 384].
 *
 * <p>Threading: stateless.
 */
public final class PooledModel {
    private static final int GRAPH = 7;
    private static final int OUTPUT = 12;
    private static final int WIDTH = 384;

    private PooledModel() {}

    /**
     * Writes the changed model.
     *
     * @param encoder smaller than 2 GiB, with its weights inside
     * @param target is made
     * @throws IOException also if the file is not what it should be
     */
    public static void write(Path encoder, Path target) throws IOException {
        try (FileChannel in = FileChannel.open(encoder);
                FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer model = in.map(FileChannel.MapMode.READ_ONLY, 0, in.size());
            for (ProtoField field : ProtoField.split(model)) {
                writeAll(out, field.number() == GRAPH ? graph(field.content()) : List.of(field.whole()));
            }
        }
    }

    private static void writeAll(FileChannel out, List<ByteBuffer> parts) throws IOException {
        for (ByteBuffer part : parts) {
            while (part.hasRemaining()) {
                out.write(part);
            }
        }
    }

    /** The field of the graph again, with its tag and its new length. */
    private static List<ByteBuffer> graph(ByteBuffer graph) throws IOException {
        List<ByteBuffer> parts = new ArrayList<>();
        long size = 0;
        for (ProtoField field : ProtoField.split(graph)) {
            if (field.number() != OUTPUT) {
                parts.add(field.whole());
                size += field.whole().remaining();
            }
        }
        byte[] added = pooling();
        parts.add(ByteBuffer.wrap(added));
        parts.add(0, ByteBuffer.wrap(ProtoMessage.lengthPrefix(GRAPH, size + added.length)));
        return parts;
    }

    /* Only operators that mean the same in every version of ONNX from 7 on. The mask times itself, transposed, counts tokens. */
    private static byte[] pooling() {
        return new OnnxGraphParts()
                .add(new OnnxNode("", "Cast", List.of("attention_mask"), List.of("bench_mask"))
                        .number("to", OnnxGraphParts.FLOAT))
                .add(reshape("bench_mask", "bench_as_row", "bench_row"))
                .add(reshape("bench_mask", "bench_as_column", "bench_column"))
                .add(new OnnxNode("", "MatMul", List.of("bench_row", "bench_column"), List.of("bench_count")))
                .add(new OnnxNode("", "MatMul", List.of("bench_row", "last_hidden_state"), List.of("bench_sum")))
                .add(new OnnxNode("", "Div", List.of("bench_sum", "bench_count"), List.of("bench_mean")))
                .add(reshape("bench_mean", "bench_as_rows", "embedding"))
                .constant("bench_as_row", 0, 1, -1)
                .constant("bench_as_column", 0, -1, 1)
                .constant("bench_as_rows", 0, -1)
                .output("embedding", OnnxGraphParts.FLOAT, OnnxGraphParts.BATCH, WIDTH)
                .message()
                .toByteArray();
    }

    private static OnnxNode reshape(String from, String shape, String to) {
        return new OnnxNode("", "Reshape", List.of(from, shape), List.of(to));
    }
}
