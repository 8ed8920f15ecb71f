package dev.sluice.loader.transform.image;

/**
 * What an image file says of itself before anything is decoded.
 *
 * <p>Threading: immutable.
 *
 * @param width 1 or greater
 * @param height 1 or greater
 * @param sampleBytes bytes that the samples of one pixel take as a decoder gives them
 * @param bands samples of a pixel once they are grey or colour of 8 bits: 1 or 3
 */
record ImageHeader(int width, int height, int sampleBytes, int bands) {
    long pixels() {
        return (long) width * height;
    }

    static ImageHeader of(int width, int height, int sampleBytes, int bands) throws BadImageException {
        if (width < 1 || height < 1) {
            throw BadImageException.broken("declares " + width + " x " + height + " pixels");
        }
        return new ImageHeader(width, height, sampleBytes, bands);
    }
}
