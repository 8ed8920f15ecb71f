package dev.sluice.loader.verify;

import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.runtime.ServableModel;
import dev.sluice.model.DataType;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.util.List;
import java.util.Locale;

/**
 * Whether a version gives on its device what it gives on the CPU, for made-up rows.
 *
 * <p>An element may be off by a part of the largest magnitude in its output. GPUs multiply FP32 with the 10-bit mantissa of TF32
 * by default, which leaves about three digits; what is further off is a kernel that is wrong.
 *
 * <p>Threading: stateless; blocking.
 *
 * @see "NVIDIA, TensorFloat-32 in the A100 GPU; ONNX Runtime, CUDA execution provider, use_tf32"
 */
public final class DeviceParity {
    /** The step's name. */
    public static final String STEP = "parity";

    private static final int ROWS = 8;

    private DeviceParity() {}

    /**
     * Compares them.
     *
     * @param found rows that the model takes
     * @return what was found, in words
     * @throws ModelLoadException with {@link #STEP} when an output is too far off
     */
    public static String check(ServableModel onDevice, ServableModel onCpu, FoundRows found) throws ModelLoadException {
        ProbeRows rows = found.rows();
        if (rows == null) {
            return "no made-up rows: " + found.reason();
        }
        List<TensorSpec> outputs = onDevice.signature().outputs();
        List<String> names = outputs.stream().map(TensorSpec::name).toList();
        ProbeBatches batches = rows.make(1);
        MemoryRetry retry = new MemoryRetry();
        double worst = 0;
        for (int i = 0; i < ROWS; i++) {
            List<Tensor> inputs = batches.next(1);
            try {
                TensorSet expected = retry.call(() -> onCpu.run(inputs, names));
                try {
                    TensorSet actual = retry.call(() -> onDevice.run(inputs, names));
                    try {
                        for (int output = 0; output < names.size(); output++) {
                            worst = Math.max(
                                    worst,
                                    difference(
                                            onDevice.device().toString(),
                                            expected.tensors().get(output),
                                            actual.tensors().get(output)));
                        }
                    } finally {
                        actual.release();
                    }
                } finally {
                    expected.release();
                }
            } catch (InferenceException e) {
                throw new ModelLoadException(STEP, "a made-up row failed: " + e.getMessage(), e);
            }
        }
        return String.format(
                Locale.ROOT, "%d rows within %.1e of the largest value of what the CPU gives", ROWS, worst);
    }

    private static double difference(String device, Tensor expected, Tensor actual) throws ModelLoadException {
        if (!expected.shape().equals(actual.shape())) {
            throw new ModelLoadException(
                    STEP,
                    "output '" + expected.name() + "' has shape " + actual.shape() + " on " + device + " and "
                            + expected.shape() + " on cpu");
        }
        DataType type = expected.dataType();
        if (!type.isFloatingPoint()) {
            if (!expected.data().equals(actual.data())) {
                throw new ModelLoadException(
                        STEP, "output '" + expected.name() + "' (" + type + ") differs on " + device + " and on cpu");
            }
            return 0;
        }
        double largest = 0;
        double apart = 0;
        for (int i = 0, count = Math.toIntExact(expected.shape().elementCount()); i < count; i++) {
            double onCpu = FloatBits.get(expected.memory(), type, i);
            double there = FloatBits.get(actual.memory(), type, i);
            if (Double.isFinite(onCpu)) {
                largest = Math.max(largest, Math.abs(onCpu));
            }
            if (Double.compare(onCpu, there) != 0) {
                double difference = Math.abs(onCpu - there);
                apart = Math.max(apart, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
            }
        }
        double relative = apart == 0 ? 0 : apart / largest;
        if (relative > tolerance(type)) {
            throw new ModelLoadException(
                    STEP,
                    String.format(
                            Locale.ROOT,
                            "output '%s' is off by %.3g on %s (largest value on cpu %.3g, allowed %.0e of it)",
                            expected.name(),
                            apart,
                            device,
                            largest,
                            tolerance(type)));
        }
        return relative;
    }

    private static double tolerance(DataType type) {
        return switch (type) {
            case BF16 -> 5e-2;
            case FP16 -> 1e-2;
            case FP32 -> 5e-3;
            case FP64 -> 1e-6;
            case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, BYTES -> 0;
        };
    }
}
