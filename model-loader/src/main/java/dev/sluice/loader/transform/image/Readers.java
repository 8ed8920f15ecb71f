package dev.sluice.loader.transform.image;

import java.io.ByteArrayInputStream;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The JDK's readers of image files.
 *
 * <p>Threading: stateless.
 */
final class Readers {
    private Readers() {}

    /**
     * A reader of a file in memory, which writes nothing to disk.
     *
     * @param format {@code jpeg} or {@code png}
     * @return to be disposed by the caller
     */
    static ImageReader open(String format, byte[] file) {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        if (!readers.hasNext()) {
            throw new IllegalStateException("this Java has no reader of " + format + " (module java.desktop)");
        }
        ImageReader reader = readers.next();
        reader.setInput(new MemoryCacheImageInputStream(new ByteArrayInputStream(file)), true, true);
        return reader;
    }

    /** What a reader says is wrong, in one line and without names of classes. */
    static String reason(Exception failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank() || message.contains("Exception")) {
            return "its pixels cannot be read";
        }
        return message.lines().findFirst().orElse("");
    }
}
