package dev.sluice.loader.transform.image;

import dev.sluice.model.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/**
 * Files of JPEG and PNG to pixels, within limits that are checked against their headers before anything is decoded.
 *
 * <p>Threading: thread-safe.
 */
final class ImageDecoder {
    /** How the two kinds begin in Base64, which neither does in bytes. */
    private static final String BASE64_JPEG = "/9j/";

    private static final String BASE64_PNG = "iVBORw0KGgo";

    /*
     * Heap for each pixel of a line across the image and one down, which counts where an image is long and thin: three lines of the
     * reader's own, of up to 8 bytes a pixel, and one of ours, of up to 4 ints; the weights of resizing, of up to 6 ints, and those
     * of one result in double precision.
     */
    private static final long LINE_BYTES = 3 * 8 + 4 * 4 + 6 * 4 + 8;

    private final long bytesMax;
    private final long pixelsMax;
    private final Fit fit;
    private final DecodeBudget budget;

    /**
     * @param bytesMax of a file
     * @param pixelsMax of an image
     */
    ImageDecoder(long bytesMax, long pixelsMax, Fit fit, DecodeBudget budget) {
        this.bytesMax = bytesMax;
        this.pixelsMax = pixelsMax;
        this.fit = fit;
        this.budget = budget;
    }

    /**
     * How many pixels an image has, as its header declares them; nothing is decoded.
     *
     * @param file as {@link #decode} takes it
     */
    long pixels(ByteBuffer file) throws BadImageException {
        return opened(file).header().pixels();
    }

    /**
     * The pixels that the model sees of an image.
     *
     * @param file the bytes of the file, or the same in Base64, as JSON has no other way to carry them
     * @param bands 1 (grey) or 3 (colour)
     */
    Pixels decode(ByteBuffer file, int bands) throws BadImageException {
        ImageFile image = opened(file);
        ImageHeader header = image.header();
        long heap = heapBytes(header, bands);
        budget.take(heap);
        try {
            return fit.apply(image.decode().withBands(bands));
        } finally {
            budget.giveBack(heap);
        }
    }

    /** What the reader makes, its 8 bits, the same with other bands, what is made on the way to another size, and lines. */
    private long heapBytes(ImageHeader header, int bands) throws BadImageException {
        return header.pixels() * (header.sampleBytes() + header.bands() + bands)
                + fit.pixels(header, pixelsMax) * bands
                + ((long) header.width() + header.height()) * LINE_BYTES;
    }

    /** The file with its header read, within the limits. */
    private ImageFile opened(ByteBuffer file) throws BadImageException {
        ByteBuffer bytes = fromBase64(file).order(ByteOrder.BIG_ENDIAN);
        if (bytes.remaining() > bytesMax) {
            throw new BadImageException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "may have at most " + bytesMax + " bytes (image.max-bytes), got " + bytes.remaining());
        }
        ImageFile image = PngFile.isOne(bytes) ? PngFile.of(bytes) : jpeg(bytes);
        ImageHeader header = image.header();
        if (header.pixels() > pixelsMax) {
            throw new BadImageException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "may have at most " + pixelsMax + " pixels (image.max-pixels), got " + header.width() + " x "
                            + header.height());
        }
        return image;
    }

    private static JpegFile jpeg(ByteBuffer bytes) throws BadImageException {
        if (!JpegFile.isOne(bytes)) {
            throw BadImageException.broken("must be a JPEG or PNG file");
        }
        byte[] file = new byte[bytes.remaining()];
        bytes.duplicate().get(file);
        return JpegFile.of(file);
    }

    private static ByteBuffer fromBase64(ByteBuffer file) throws BadImageException {
        if (!startsWith(file, BASE64_JPEG) && !startsWith(file, BASE64_PNG)) {
            return file;
        }
        try {
            return Base64.getMimeDecoder().decode(file.duplicate());
        } catch (IllegalArgumentException e) {
            throw BadImageException.broken("begins like Base64, but is not");
        }
    }

    private static boolean startsWith(ByteBuffer file, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (i >= file.remaining() || file.get(file.position() + i) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
