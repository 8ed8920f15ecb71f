package dev.sluice.canary.monitor.profile;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which model a profile is of.
 *
 * <p>Threading: immutable.
 *
 * @param name empty when not given
 * @param version empty when not given
 * @param sha256 of the ONNX file, 64 lower-case hexadecimal digits; empty when not given
 */
public record ProfiledModel(Optional<String> name, OptionalLong version, Optional<String> sha256) {}
