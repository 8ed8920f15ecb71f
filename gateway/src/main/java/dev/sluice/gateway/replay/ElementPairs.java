package dev.sluice.gateway.replay;

import dev.sluice.loader.verify.FloatBits;
import dev.sluice.model.DataType;
import dev.sluice.model.Tensor;
import java.nio.ByteBuffer;

/**
 * The elements of two tensors of equal type and shape, pair by pair.
 *
 * <p>Threading: confined to one thread.
 */
final class ElementPairs {
    private final DataType type;
    private final int count;
    private final ByteBuffer logged;
    private final ByteBuffer candidate;
    private final double tolerance;
    private long differing;
    private double maxAbs;
    private double maxRel;
    private boolean within = true;

    ElementPairs(Tensor logged, Tensor candidate, double tolerance) {
        this.type = logged.dataType();
        this.count = Math.toIntExact(logged.shape().elementCount());
        this.logged = logged.data();
        this.candidate = candidate.data();
        this.tolerance = tolerance;
    }

    void compare() {
        if (!type.hasFixedSize()) {
            compareBytes();
            return;
        }
        for (int i = 0; i < count; i++) {
            if (bits(logged, i) != bits(candidate, i)) {
                differing++;
                if (type == DataType.BOOL) {
                    within = false;
                } else {
                    pair(number(logged, i), number(candidate, i), distance(i));
                }
            }
        }
    }

    private void compareBytes() {
        int a = 0;
        int b = 0;
        for (int i = 0; i < count; i++) {
            int lengthA = logged.getInt(a) + Integer.BYTES;
            int lengthB = candidate.getInt(b) + Integer.BYTES;
            if (!logged.slice(a, lengthA).equals(candidate.slice(b, lengthB))) {
                differing++;
                within = false;
            }
            a += lengthA;
            b += lengthB;
        }
    }

    private void pair(double a, double b, double distance) {
        double abs = Double.isNaN(a) && Double.isNaN(b) ? 0 : distance;
        if (Double.isNaN(abs)) {
            abs = Double.POSITIVE_INFINITY;
        }
        double larger = Math.max(Math.abs(a), Math.abs(b));
        double rel = abs == 0 ? 0 : Double.isFinite(abs) && larger > 0 ? abs / larger : Double.POSITIVE_INFINITY;
        maxAbs = Math.max(maxAbs, abs);
        maxRel = Math.max(maxRel, rel);
        boolean close = abs == 0 || (Double.isFinite(abs) && abs <= tolerance * (1 + Math.abs(a)));
        within &= close;
    }

    /** Exact for integers, which a double would round. */
    private double distance(int index) {
        if (type.isFloatingPoint()) {
            return Math.abs(number(logged, index) - number(candidate, index));
        }
        long a = bits(logged, index);
        long b = bits(candidate, index);
        boolean less = type == DataType.UINT64 ? Long.compareUnsigned(a, b) < 0 : a < b;
        return unsigned(less ? b - a : a - b);
    }

    private double number(ByteBuffer memory, int index) {
        if (type.isFloatingPoint()) {
            return FloatBits.get(memory, type, index);
        }
        long bits = bits(memory, index);
        return type == DataType.UINT64 ? unsigned(bits) : bits;
    }

    private static double unsigned(long bits) {
        return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
    }

    /** The element's bits, as a number where it is an integer. */
    private long bits(ByteBuffer memory, int i) {
        return switch (type) {
            case BOOL, UINT8 -> Byte.toUnsignedLong(memory.get(i));
            case INT8 -> memory.get(i);
            case INT16 -> memory.getShort(2 * i);
            case UINT16, FP16, BF16 -> Short.toUnsignedLong(memory.getShort(2 * i));
            case INT32 -> memory.getInt(4 * i);
            case UINT32, FP32 -> Integer.toUnsignedLong(memory.getInt(4 * i));
            case INT64, UINT64, FP64 -> memory.getLong(8 * i);
            case BYTES -> throw new IllegalArgumentException("BYTES have no bits of fixed size");
        };
    }

    int count() {
        return count;
    }

    long differing() {
        return differing;
    }

    double maxAbs() {
        return maxAbs;
    }

    double maxRel() {
        return maxRel;
    }

    boolean within() {
        return within;
    }
}
