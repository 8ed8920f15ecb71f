/**
 * Images in: JPEG and PNG files, decoded, resized and normalised as training did it.
 *
 * <p>Starting points: {@link dev.sluice.loader.transform.image.ImageTransform}, {@link
 * dev.sluice.loader.transform.image.Resampling}.
 *
 * <p>Depends on {@code dev.sluice.model}, {@code loader.transform} and {@code loader.repository}; decodes with the JDK's readers
 * and takes their samples as they are, without colour management.
 *
 * <p>Threading: transforms run on threads of their own, never on event loops.
 */
@NullMarked
package dev.sluice.loader.transform.image;

import org.jspecify.annotations.NullMarked;
