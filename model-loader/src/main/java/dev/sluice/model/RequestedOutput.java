package dev.sluice.model;

/**
 * One output that a request asks for, and in which form.
 *
 * <p>Threading: immutable.
 *
 * @param name output name, as in the signature
 * @param binary true for the binary tensor extension, false for JSON
 * @param classes 0 for the tensor itself; k ≥ 1 for the k highest entries per row as {@code value:index[:label]}
 */
public record RequestedOutput(String name, boolean binary, int classes) {
    public RequestedOutput {
        if (classes < 0) {
            throw new IllegalArgumentException("classification must be 0 or greater, got " + classes);
        }
    }
}
