/**
 * The vocabulary of inference: what a model, a version, a tensor and a request are.
 *
 * <p>Starting points: {@link dev.sluice.model.InferRequest}, {@link dev.sluice.model.Tensor}, {@link
 * dev.sluice.model.ModelSignature}, {@link dev.sluice.model.ErrorCode}.
 *
 * <p>Depends on the JDK and jspecify only; everything else may depend on it.
 *
 * <p>Threading: immutable values, except {@link dev.sluice.model.TensorBlock} and {@link
 * dev.sluice.model.TensorPool}, which are thread-safe.
 */
@NullMarked
package dev.sluice.model;

import org.jspecify.annotations.NullMarked;
