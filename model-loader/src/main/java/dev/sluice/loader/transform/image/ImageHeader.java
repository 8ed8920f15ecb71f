package dev.sluice.loader.transform.image;

/**
 * What an image file says of itself before anything is decoded.
 *
 * <p>Threading: immutable.
 *
 * @param width 1 or greater
 * @param height 1 or greater
 * @param sampleBytes bytes that the samples of one pixel take decoded
 */
record ImageHeader(int width, int height, int sampleBytes) {
    long pixels() {
        return (long) width * height;
    }

    static ImageHeader of(int width, int height, int sampleBytes) throws BadImageException {
        if (width < 1 || height < 1) {
            throw BadImageException.broken("declares " + width + " x " + height + " pixels");
        }
        return new ImageHeader(width, height, sampleBytes);
    }
}
