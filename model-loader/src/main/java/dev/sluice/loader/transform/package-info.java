/**
 * Inputs as people have them: what stands between a client's text or image and a model's tensors.
 *
 * <p>Starting points: {@link dev.sluice.loader.transform.VersionTransform}, {@link
 * dev.sluice.loader.transform.TransformOpener}.
 *
 * <p>Depends on {@code dev.sluice.model}, {@code loader.repository} and {@code loader.runtime}.
 *
 * <p>Threading: transforms run on threads of their own, never on event loops.
 */
@NullMarked
package dev.sluice.loader.transform;

import org.jspecify.annotations.NullMarked;
