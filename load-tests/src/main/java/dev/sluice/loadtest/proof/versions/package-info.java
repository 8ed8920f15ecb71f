/**
 * Versions of a model that tell by their answers which one answered, and the folders that they are published in.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.proof.versions.NumberedModel} makes versions, {@link
 * dev.sluice.loadtest.proof.versions.VersionFolder} publishes them as tools without Sluice's own code do, {@link
 * dev.sluice.loadtest.proof.versions.GoodVersions} knows whether an answer is right.
 *
 * <p>Depends on {@code dev.sluice.loadtest} only.
 *
 * <p>Threading: stateless or immutable, but for the answers' check.
 */
@NullMarked
package dev.sluice.loadtest.proof.versions;

import org.jspecify.annotations.NullMarked;
