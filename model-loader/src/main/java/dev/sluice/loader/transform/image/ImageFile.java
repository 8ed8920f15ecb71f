package dev.sluice.loader.transform.image;

/**
 * An image file whose header was read.
 *
 * <p>Threading: confined to one thread.
 */
sealed interface ImageFile permits JpegFile, PngFile {
    ImageHeader header() throws BadImageException;

    /** Decodes it; grey stays of one band. */
    Pixels decode() throws BadImageException;
}
