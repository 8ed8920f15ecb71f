package dev.sluice.loader.transform.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * The test images, and what Pillow made of them; {@code src/test/images/make_images.py} writes both.
 *
 * <p>Threading: stateless.
 */
final class PillowFiles {
    private static final Path FOLDER = Path.of("src/test/images");

    private PillowFiles() {}

    static byte[] source(String name) {
        try {
            return Files.readAllBytes(FOLDER.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names under {@code pillow/} that match, without {@code .png}. */
    static List<String> wanted(String regex) {
        try (Stream<Path> files = Files.list(FOLDER.resolve("pillow"))) {
            return files.map(file -> file.getFileName().toString().replaceFirst("\\.png$", ""))
                    .filter(name -> name.matches(regex))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Read by other code than the one under test; of as many bands as the file has. */
    static Pixels pillows(String name) {
        try {
            BufferedImage image =
                    ImageIO.read(FOLDER.resolve("pillow").resolve(name + ".png").toFile());
            int bands = image.getRaster().getNumBands();
            int[] samples = image.getRaster().getPixels(0, 0, image.getWidth(), image.getHeight(), (int[]) null);
            byte[] bytes = new byte[samples.length];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) samples[i];
            }
            return new Pixels(image.getWidth(), image.getHeight(), bands, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Pixels decoded(byte[] file) throws BadImageException {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        return PngFile.isOne(bytes)
                ? PngFile.of(bytes).decode()
                : JpegFile.of(file).decode();
    }

    /** Largest difference of two samples at the same place. */
    static int difference(Pixels a, Pixels b) {
        if (a.width() != b.width() || a.height() != b.height() || a.bands() != b.bands()) {
            throw new AssertionError(a.width() + "x" + a.height() + "x" + a.bands() + " is not " + b.width() + "x"
                    + b.height() + "x" + b.bands());
        }
        int largest = 0;
        for (int i = 0; i < a.samples().length; i++) {
            largest = Math.max(largest, Math.abs((a.samples()[i] & 0xFF) - (b.samples()[i] & 0xFF)));
        }
        return largest;
    }
}
