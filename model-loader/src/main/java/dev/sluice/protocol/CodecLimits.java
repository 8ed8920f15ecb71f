package dev.sluice.protocol;

/**
 * Upper bounds on what one request body may contain; the size of the body itself is bounded by whoever reads it.
 *
 * <p>Threading: immutable.
 *
 * @param jsonDepthMax objects and arrays inside each other, in [4, 512]
 * @param inputsMax entries of {@code inputs}, and of {@code outputs}, at least 1
 * @param parametersMax keys of one {@code parameters} object, at least 1
 * @param rankMax dimensions of one shape, at least 1
 * @param textBytesMax bytes of one name, id, key or text parameter, at least 16; elements of BYTES tensors are not meant
 */
public record CodecLimits(int jsonDepthMax, int inputsMax, int parametersMax, int rankMax, int textBytesMax) {
    public static final CodecLimits DEFAULT = new CodecLimits(32, 1024, 1024, 32, 65_536);

    public CodecLimits {
        if (jsonDepthMax < 4 || jsonDepthMax > 512) {
            throw new IllegalArgumentException("JSON depth must be between 4 and 512, got " + jsonDepthMax);
        }
        requireAtLeast("inputs", 1, inputsMax);
        requireAtLeast("parameters", 1, parametersMax);
        requireAtLeast("rank", 1, rankMax);
        requireAtLeast("text bytes", 16, textBytesMax);
    }

    private static void requireAtLeast(String what, int min, int value) {
        if (value < min) {
            throw new IllegalArgumentException("limit of " + what + " must be " + min + " or greater, got " + value);
        }
    }
}
