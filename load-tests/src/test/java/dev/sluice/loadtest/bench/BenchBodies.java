package dev.sluice.loadtest.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Request bodies with one row of floats, the same at every run.
 *
 * <p>Threading: stateless.
 */
final class BenchBodies {
    private static final long SEED = 11;

    private BenchBodies() {}

    /** Uniform in [-2, 2). */
    static float[] floats(int count) {
        SplittableRandom random = new SplittableRandom(SEED);
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = (float) random.nextDouble(-2, 2);
        }
        return floats;
    }

    /** {@code {"inputs":[{"name":…,"datatype":"FP32","shape":[1,n],"data":[…]}]}}. */
    static byte[] json(String input, int count) {
        StringBuilder data = new StringBuilder();
        for (float value : floats(count)) {
            data.append(data.isEmpty() ? "" : ",").append(value);
        }
        return (head(input, count) + ",\"data\":[" + data + "]}]}").getBytes(UTF_8);
    }

    /** The JSON part of {@link #binary}. */
    static byte[] binaryHead(String input, int count) {
        return (head(input, count) + ",\"parameters\":{\"binary_data_size\":" + Float.BYTES * count + "}}]}")
                .getBytes(UTF_8);
    }

    /** JSON followed by the little-endian floats. */
    static byte[] binary(String input, int count) {
        byte[] head = binaryHead(input, count);
        byte[] body = Arrays.copyOf(head, head.length + Float.BYTES * count);
        ByteBuffer target =
                ByteBuffer.wrap(body, head.length, Float.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : floats(count)) {
            target.putFloat(value);
        }
        return body;
    }

    private static String head(String input, int count) {
        return "{\"inputs\":[{\"name\":\"" + input + "\",\"datatype\":\"FP32\",\"shape\":[1," + count + "]";
    }
}
