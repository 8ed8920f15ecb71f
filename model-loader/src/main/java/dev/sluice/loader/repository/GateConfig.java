package dev.sluice.loader.repository;

/**
 * What a version must show before it serves, beyond what every version must.
 *
 * <p>Threading: immutable.
 *
 * @param requireManifest whether a version without a manifest is refused
 * @param requireGolden whether a version without golden rows from its training side is refused
 * @param signature whether its signature may differ from that of the version that serves
 */
public record GateConfig(boolean requireManifest, boolean requireGolden, SignatureRule signature) {
    /** How a version's signature may differ from that of the version that serves. */
    public enum SignatureRule {
        /** Whoever calls the old one can call the new one. */
        COMPATIBLE,
        /** In any way. */
        ANY
    }

    public static final GateConfig DEFAULT = new GateConfig(false, false, SignatureRule.COMPATIBLE);
}
