/**
 * Validation of requests: whether the values of features are what training knew, or what an operator says that they may be.
 *
 * <p>What a version's values may be is compiled once, when it is loaded; requests are then walked through once, without
 * allocation while all is well.
 *
 * <p>Starting points: {@link dev.sluice.canary.monitor.validation.RequestValidator}, {@link
 * dev.sluice.canary.monitor.validation.ValidationCheck}; for users docs/validation.md.
 *
 * <p>Depends on {@code dev.sluice.model}, {@code dev.sluice.protocol}, the contract types of {@code dev.sluice.loader} and
 * {@code dev.sluice.canary.monitor.profile}; must not depend on HTTP, Vert.x or ONNX Runtime.
 *
 * <p>Threading: validators are thread-safe and never wait; the check blocks and belongs on load threads.
 */
@NullMarked
package dev.sluice.canary.monitor.validation;

import org.jspecify.annotations.NullMarked;
