/**
 * The reference profile beside a model, {@code profile.json}: what its training side says about it, and the checks at load
 * that hold a version to it.
 *
 * <p>Starting points: {@link dev.sluice.canary.monitor.profile.ReferenceProfile}, {@link
 * dev.sluice.canary.monitor.profile.ProfileChecks}; the format is described in docs/profiles.md.
 *
 * <p>Depends on {@code dev.sluice.model}, {@code dev.sluice.protocol}, the contract types of {@code dev.sluice.loader}, and
 * Jackson in the classes that own the file's format; must not depend on HTTP, Vert.x or ONNX Runtime.
 *
 * <p>Threading: immutable values; the checks block and belong on load threads.
 */
@NullMarked
package dev.sluice.canary.monitor.profile;

import org.jspecify.annotations.NullMarked;
