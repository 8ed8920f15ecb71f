package dev.sluice.loader.runtime;

import java.util.Locale;

/**
 * Where a version runs.
 *
 * <p>Threading: immutable.
 *
 * @param type kind of device
 * @param index 0-based number among devices of that kind; 0 for the CPU
 */
public record Device(Type type, int index) {
    public enum Type {
        CPU,
        CUDA
    }

    public static final Device CPU = new Device(Type.CPU, 0);

    public Device {
        if (index < 0 || (type == Type.CPU && index != 0)) {
            throw new IllegalArgumentException(
                    "device index must be 0 for cpu and 0 or greater for cuda, got " + index);
        }
    }

    /**
     * Reads {@code cpu}, {@code cuda} (the first GPU) or {@code cuda:N}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Device parse(String text) {
        if (text.equals("cpu")) {
            return CPU;
        }
        if (text.equals("cuda")) {
            return new Device(Type.CUDA, 0);
        }
        if (text.matches("cuda:[0-9]{1,3}")) {
            return new Device(Type.CUDA, Integer.parseInt(text.substring(5)));
        }
        throw new IllegalArgumentException("must be cpu or cuda:N, got " + text);
    }

    /** {@code cpu} or {@code cuda:N}. */
    @Override
    public String toString() {
        return type == Type.CPU ? "cpu" : type.name().toLowerCase(Locale.ROOT) + ":" + index;
    }
}
