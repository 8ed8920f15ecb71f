package dev.sluice.model;

/**
 * Value of a request, tensor or response parameter: the protocol allows text, numbers and booleans.
 *
 * <p>Threading: immutable.
 */
public sealed interface ParameterValue {
    record Text(String value) implements ParameterValue {}

    record Bool(boolean value) implements ParameterValue {}

    /** An integer in the range of a signed 64-bit number. */
    record Int(long value) implements ParameterValue {}

    /** A number with a fraction or exponent, or an integer beyond 64 bits. */
    record Real(double value) implements ParameterValue {}
}
