/**
 * Hand-written stand-ins for models, loops and clocks.
 *
 * <p>Starting points: {@link dev.sluice.loader.fakes.FakeServableModel}, {@link dev.sluice.loader.fakes.FakeRequestLoop}.
 *
 * <p>Threading: said per class.
 */
@NullMarked
package dev.sluice.loader.fakes;

import org.jspecify.annotations.NullMarked;
