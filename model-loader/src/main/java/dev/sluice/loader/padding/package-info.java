/**
 * Making rows of different lengths equal, and their answers their own length again.
 *
 * <p>Starting points: {@link dev.sluice.loader.padding.PaddingRule} (what is padded with what), {@link
 * dev.sluice.loader.padding.PaddedRows} (doing it).
 *
 * <p>Depends on {@code dev.sluice.model} alone: the proof at load and the batcher in service pad with the same code.
 *
 * <p>Threading: stateless and immutable.
 */
@NullMarked
package dev.sluice.loader.padding;

import org.jspecify.annotations.NullMarked;
