package dev.sluice.loader.transform.image;

import dev.sluice.model.ErrorCode;

/**
 * How images get to the size that a model sees, as torchvision's Resize and CenterCrop do it: resized to it straight, or by their
 * shorter side, with the middle cut out.
 *
 * <p>Threading: immutable.
 *
 * @param width that the model sees
 * @param height likewise
 * @param shorter pixels of the shorter side before the middle is cut out, at least {@code width} and {@code height}; 0 =
 *     straight
 * @param resampling how it is resized
 */
record Fit(int width, int height, int shorter, Resampling resampling) {
    private long resizedWidth(ImageHeader image) {
        return shorter == 0 ? width : (long) shorter * image.width() / Math.min(image.width(), image.height());
    }

    private long resizedHeight(ImageHeader image) {
        return shorter == 0 ? height : (long) shorter * image.height() / Math.min(image.width(), image.height());
    }

    /**
     * Pixels that are made on the way: after the rows were resized, and after the columns were.
     *
     * @throws BadImageException with PAYLOAD_TOO_LARGE if either are more than allowed, as those of a long, thin image can be
     */
    long pixels(ImageHeader image, long pixelsMax) throws BadImageException {
        long between = resizedWidth(image) * image.height();
        long after = resizedWidth(image) * resizedHeight(image);
        if (Math.max(between, after) > pixelsMax) {
            throw new BadImageException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "of " + image.width() + " x " + image.height() + " pixels is too long and thin: to resize it takes "
                            + Math.max(between, after) + " pixels, and at most " + pixelsMax
                            + " are allowed (image.max-pixels)");
        }
        return between + after;
    }

    /** The image in the model's size. */
    Pixels apply(Pixels image) {
        ImageHeader size = new ImageHeader(image.width(), image.height(), image.bands(), image.bands());
        return resampling
                .resize(image, (int) resizedWidth(size), (int) resizedHeight(size))
                .middle(width, height);
    }
}
