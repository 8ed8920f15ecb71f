/**
 * The Open Inference Protocol V2 as bytes: JSON, the binary tensor extension, and rows by feature name.
 *
 * <p>Starting points: {@link dev.sluice.protocol.InferRequestDecoder}, {@link dev.sluice.protocol.InferResponseEncoder},
 * {@link dev.sluice.protocol.RowsDecoder}, {@link dev.sluice.protocol.RowsEncoder}; beneath them {@code JsonScanner} reads
 * and {@code JsonWriter} writes, neither with garbage per element.
 *
 * <p>Depends on {@code dev.sluice.model} and fastdoubleparser; must not depend on HTTP, Vert.x, Netty, Jackson or ONNX
 * Runtime.
 *
 * <p>Threading: decoders and encoders keep scratch memory, so one instance serves one thread; {@link
 * dev.sluice.protocol.RowSchema} and the records are immutable.
 */
@NullMarked
package dev.sluice.protocol;

import org.jspecify.annotations.NullMarked;
