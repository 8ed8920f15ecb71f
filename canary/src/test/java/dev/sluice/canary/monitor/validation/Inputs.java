package dev.sluice.canary.monitor.validation;

import dev.sluice.model.DataType;
import dev.sluice.model.InferRequest;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Requests with given values. */
final class Inputs {
    private Inputs() {}

    static InferRequest request(Tensor... tensors) {
        return new InferRequest(
                "p",
                "",
                new TensorSet(List.of(tensors), TensorBlock.unpooled(ByteBuffer.allocate(0))),
                List.of(),
                false,
                Map.of(),
                0,
                InferRequest.NO_DEADLINE);
    }

    /** A tensor of numbers as that type holds them, somewhere inside of a larger memory. */
    static Tensor numbers(String name, DataType type, Shape shape, double... values) {
        int lead = 24;
        int bytes = values.length * type.byteSize();
        ByteBuffer memory = ByteBuffer.allocate(lead + bytes + 8).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i++) {
            put(memory, lead + i * type.byteSize(), type, values[i]);
        }
        return Tensor.in(TensorBlock.unpooled(memory), lead, bytes, name, type, shape);
    }

    private static void put(ByteBuffer memory, int at, DataType type, double value) {
        switch (type) {
            case BOOL, UINT8, INT8 -> memory.put(at, (byte) value);
            case UINT16, INT16 -> memory.putShort(at, (short) value);
            case UINT32, INT32 -> memory.putInt(at, (int) (long) value);
            case UINT64, INT64 -> memory.putLong(at, (long) value);
            case FP32 -> memory.putFloat(at, (float) value);
            case FP64 -> memory.putDouble(at, value);
            case BF16 -> memory.putShort(at, (short) (Float.floatToRawIntBits((float) value) >>> 16));
            case FP16 -> memory.putShort(at, fp16(value));
            case BYTES -> throw new IllegalArgumentException("texts are no numbers");
        }
    }

    /** For values that FP16 holds exactly, and those that are not finite. */
    private static short fp16(double value) {
        int sign = Double.doubleToRawLongBits(value) < 0 ? 0x8000 : 0;
        double magnitude = Math.abs(value);
        if (Double.isNaN(value)) {
            return 0x7E00;
        }
        if (Double.isInfinite(value)) {
            return (short) (sign | 0x7C00);
        }
        if (magnitude < 0x1p-14) {
            return (short) (sign | (int) (magnitude * 0x1p24));
        }
        int exponent = Math.getExponent(magnitude);
        int fraction = (int) Math.scalb(magnitude, 10 - exponent) & 0x3FF;
        return (short) (sign | (exponent + 15) << 10 | fraction);
    }

    static Tensor texts(String name, Shape shape, String... values) {
        ByteBuffer memory = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        memory.position(16);
        for (String value : values) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            memory.putInt(bytes.length).put(bytes);
        }
        int bytes = memory.position() - 16;
        return Tensor.in(TensorBlock.unpooled(memory.clear()), 16, bytes, name, DataType.BYTES, shape);
    }
}
