/**
 * ONNX models on ONNX Runtime, called directly: reading and preparing the graph, sessions, tensors without copies.
 *
 * <p>Starting points: {@link dev.sluice.loader.runtime.onnx.OnnxModelLoader} (opens a file; read its {@code load} first),
 * {@code OnnxServableModel} (one run, from request memory to response memory), {@link
 * dev.sluice.loader.runtime.onnx.NativeLibraries} (before all else at start-up).
 *
 * <p>For maintainers, in the order of a load:
 *
 * <ul>
 *   <li>{@code OnnxFile} copies the file without its weights and parses the rest, so a graph is known at the cost of its
 *       nodes. {@code OnnxGraph} turns it into a signature or refuses it; {@code ClassLabels} finds what classes mean.
 *   <li>{@code GraphEdit} changes a model only where it must: ZipMap nodes give way to the tensor under them, and text
 *       constants take the encoding that the runtime's Java binding speaks ({@code ModifiedUtf8Constants} says why). Every
 *       other model is opened by path, and the runtime maps its weights itself. Nothing is ever written to the repository.
 *   <li>{@code SessionFactory} and {@code ExecutionProviders} translate {@code RuntimeOptions}. Listing a provider proves
 *       nothing: only creating the session shows whether a device is there.
 *   <li>{@code OutputPlan} predicts the shapes of outputs from those of inputs, so that the runtime writes straight into
 *       response memory. A wrong prediction is noticed by the runtime, costs one repeated run, and is not made again.
 *   <li>{@code NativeTensors} is the one place that reaches into the runtime's private methods; it tests itself when built.
 * </ul>
 *
 * <p>Who owns native memory: a session, its options and its run options belong to {@code OnnxServableModel} and end with
 * its {@code close}; input tensors, pinned outputs and results live for one call of {@code run} and are closed on every
 * path out of it. A missed close is a leak that no garbage collector repairs.
 *
 * <p>Depends on {@code dev.sluice.model}, {@code dev.sluice.loader.runtime}, ONNX Runtime and protobuf; nothing else may
 * depend on ONNX Runtime.
 *
 * <p>Threading: loading blocks and belongs on a load thread; a loaded model runs on any number of threads at once.
 */
@NullMarked
package dev.sluice.loader.runtime.onnx;

import org.jspecify.annotations.NullMarked;
