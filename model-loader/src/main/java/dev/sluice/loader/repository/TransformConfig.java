package dev.sluice.loader.repository;

import java.util.List;
import java.util.Optional;

/**
 * What stands between the inputs that people have and those that a model takes.
 *
 * <p>Threading: immutable.
 */
public sealed interface TransformConfig {
    /**
     * Text in, by a tokenizer of the Hugging Face kind.
     *
     * @param tokenizer the tokenizer's file, relative to the version's folder, or else to the model's
     * @param maxLength most tokens of a text, 1 or greater; 0 = what the tokenizer or the model says
     * @param maxBytes most bytes of one text; more is refused
     * @param pooling how the vectors of a text's tokens become one
     * @param normalize whether that one is scaled to length 1
     * @param output the model's output that holds those vectors; empty = the only one that can
     */
    record Text(
            String tokenizer, int maxLength, long maxBytes, Pooling pooling, boolean normalize, Optional<String> output)
            implements TransformConfig {}

    /** How the vectors of a text's tokens become one. */
    enum Pooling {
        /** The mean of those that are not padding. */
        MEAN,
        /** The first one. */
        CLS,
        /** They stay as they are. */
        NONE
    }

    /**
     * JPEG or PNG in.
     *
     * @param width of what the model sees, in pixels; 0 = what its signature says
     * @param height likewise
     * @param resize pixels of the shorter side before the crop; 0 = straight to width and height
     * @param resample how pixels are resampled
     * @param scale what each of 0 to 255 is multiplied with
     * @param mean what is taken off each channel then, one number or one for each channel
     * @param std what each channel is divided by then, likewise
     * @param maxBytes most bytes of one file; more is refused
     * @param maxPixels most pixels of one image, as its header declares them; more is refused before any is decoded
     * @param maxRequestPixels most pixels of all images of a request that has several, likewise
     * @param layout where the model has its channels
     * @param labels file of class labels for the output, relative to the version's folder, or else to the model's
     */
    record Image(
            int width,
            int height,
            int resize,
            Resample resample,
            double scale,
            List<Double> mean,
            List<Double> std,
            long maxBytes,
            long maxPixels,
            long maxRequestPixels,
            Layout layout,
            Optional<String> labels)
            implements TransformConfig {
        public Image {
            mean = List.copyOf(mean);
            std = List.copyOf(std);
        }
    }

    /** How pixels are resampled; with the meaning that Pillow gives these words. */
    enum Resample {
        NEAREST,
        BILINEAR,
        BICUBIC,
        LANCZOS
    }

    /** Where a model of images has its channels. */
    enum Layout {
        /** Where its signature shows them. */
        AUTO,
        /** Before height and width. */
        NCHW,
        /** After height and width. */
        NHWC
    }
}
