/**
 * Text in: tokens for the model, and one vector for each text out of its answers.
 *
 * <p>Starting points: {@link dev.sluice.loader.transform.text.TextTransform}, {@link
 * dev.sluice.loader.transform.text.Tokenizer}.
 *
 * <p>Depends on {@code dev.sluice.model}, {@code loader.transform} and {@code loader.repository}; knows no tokenizer of its own.
 *
 * <p>Threading: transforms run on threads of their own, never on event loops.
 */
@NullMarked
package dev.sluice.loader.transform.text;

import org.jspecify.annotations.NullMarked;
