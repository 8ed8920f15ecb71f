/**
 * The models of the benchmark that no exporter has to be asked for: written as ONNX files by this package itself, so that a
 * run needs no Python.
 *
 * <p>Starting points: {@link dev.sluice.loadtest.proof.speed.models.BoostedTrees}, {@link
 * dev.sluice.loadtest.proof.speed.models.ImageModel} and {@link dev.sluice.loadtest.proof.speed.models.PooledModel}.
 *
 * <p>Depends on the JDK only.
 *
 * <p>Threading: stateless; equal seeds make equal files.
 */
@NullMarked
package dev.sluice.loadtest.proof.speed.models;

import org.jspecify.annotations.NullMarked;
