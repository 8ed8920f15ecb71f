/**
 * Tokenizers of the Hugging Face kind, by DJL: the only place that knows DJL.
 *
 * <p>Starting points: {@link dev.sluice.loader.transform.djl.DjlTransformOpener}.
 *
 * <p>Depends on {@code loader.transform} and, for unpacking a native library, on {@code loader.runtime.onnx}. DJL phones home
 * unless it is told not to, so none of its classes is used before {@code TokenizerLibrary} has told it.
 *
 * <p>Threading: opening blocks; tokenizing runs on transform threads.
 */
@NullMarked
package dev.sluice.loader.transform.djl;

import org.jspecify.annotations.NullMarked;
