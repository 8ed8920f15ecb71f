/**
 * Opening a model file on a device and running it.
 *
 * <p>Starting points: {@link dev.sluice.loader.runtime.ModelLoader} (opens), {@link
 * dev.sluice.loader.runtime.ServableModel} (runs), {@link dev.sluice.loader.runtime.RuntimeOptions} (how).
 *
 * <p>Depends on {@code dev.sluice.model}; must not depend on Jackson, batching, repository or lifecycle. Only {@code
 * .runtime.onnx} touches ONNX Runtime.
 *
 * <p>Threading: loading blocks and belongs on a load thread; running is thread-safe and blocks.
 */
@NullMarked
package dev.sluice.loader.runtime;

import org.jspecify.annotations.NullMarked;
