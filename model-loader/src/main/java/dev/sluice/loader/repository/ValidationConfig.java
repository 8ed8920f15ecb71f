package dev.sluice.loader.repository;

/**
 * What is done about requests whose values lie outside what training knew.
 *
 * <p>Threading: immutable.
 *
 * @param policy what is done
 */
public record ValidationConfig(Policy policy) {
    /** What is done about a value that does not fit. */
    public enum Policy {
        /** Values are not looked at. */
        OFF,
        /** It is counted. */
        COUNT,
        /** It is counted, and the request's record says so. */
        FLAG,
        /** The request is refused. */
        REJECT
    }

    public static final ValidationConfig DEFAULT = new ValidationConfig(Policy.OFF);
}
