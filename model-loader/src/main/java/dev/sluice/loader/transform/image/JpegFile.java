package dev.sluice.loader.transform.image;

import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/**
 * A JPEG file: its header read, and its samples as they are stored turned into grey or RGB.
 *
 * <p>Profiles, orientation and everything else that is said about the picture are left alone, as Pillow does.
 *
 * <p>Threading: confined to one thread.
 *
 * @see "ITU-T T.81, annex B; T.871 (JFIF); Adobe Technical Note 5116 (APP14)"
 */
final class JpegFile implements ImageFile {
    /** Encoders make about ten; each costs a pass over the whole image. */
    private static final int SCANS_MAX = 100;

    private static final int SOI = 0xD8;
    private static final int EOI = 0xD9;
    private static final int SOS = 0xDA;
    private static final int APP0 = 0xE0;
    private static final int APP14 = 0xEE;

    private final byte[] file;
    private @Nullable ImageHeader header;
    private int components;
    private boolean isJfif;
    private int adobeTransform = -1;
    private String componentIds = "";

    private JpegFile(byte[] file) {
        this.file = file;
    }

    static boolean isOne(ByteBuffer file) {
        int at = file.position();
        return file.remaining() >= 3
                && file.get(at) == (byte) 0xFF
                && file.get(at + 1) == (byte) SOI
                && file.get(at + 2) == (byte) 0xFF;
    }

    /** Reads the header, up to the first scan, and counts the scans. */
    static JpegFile of(byte[] file) throws BadImageException {
        JpegFile made = new JpegFile(file);
        made.requireFewScans(made.readHeader());
        return made;
    }

    /** Where the first scan begins. */
    private int readHeader() throws BadImageException {
        int at = 2;
        while (true) {
            at = marker(at);
            int marker = file[at] & 0xFF;
            at++;
            if (marker == SOI || (marker >= 0xD0 && marker <= 0xD7) || marker == 0x01) {
                continue;
            }
            if (marker == EOI || at + 2 > file.length) {
                throw cutOff();
            }
            int length = unsignedShort(at);
            if (length < 2 || at + length > file.length) {
                throw cutOff();
            }
            if (marker == SOS) {
                if (header == null) {
                    throw BadImageException.broken("has no frame header");
                }
                return at + length;
            }
            segment(marker, at + 2, length - 2);
            at += length;
        }
    }

    /** The index of the next marker's second byte. */
    private int marker(int from) throws BadImageException {
        int at = from;
        while (at + 1 < file.length) {
            if (file[at] == (byte) 0xFF && file[at + 1] != 0 && file[at + 1] != (byte) 0xFF) {
                return at + 1;
            }
            at++;
        }
        throw cutOff();
    }

    private void segment(int marker, int at, int length) throws BadImageException {
        boolean isFrame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (isFrame && header == null) {
            frame(marker, at, length);
        } else if (marker == APP0 && startsWith(at, length, "JFIF\0")) {
            isJfif = true;
        } else if (marker == APP14 && length >= 12 && startsWith(at, length, "Adobe")) {
            adobeTransform = file[at + 11] & 0xFF;
        }
    }

    private void frame(int marker, int at, int length) throws BadImageException {
        if (length < 6) {
            throw cutOff();
        }
        int precision = file[at] & 0xFF;
        if (marker > 0xC2 || precision != 8) {
            throw BadImageException.broken(
                    "is a JPEG of a kind that is not read: only baseline and progressive ones of 8 bits" + " are");
        }
        components = file[at + 5] & 0xFF;
        if (components != 1 && components != 3 && components != 4) {
            throw BadImageException.broken("has " + components + " components, of which no colours are known");
        }
        if (length < 6 + 3 * components) {
            throw cutOff();
        }
        StringBuilder ids = new StringBuilder();
        for (int i = 0; i < components; i++) {
            ids.append((char) (file[at + 6 + 3 * i] & 0xFF));
        }
        componentIds = ids.toString();
        header = ImageHeader.of(unsignedShort(at + 3), unsignedShort(at + 1), components, components == 1 ? 1 : 3);
    }

    private void requireFewScans(int from) throws BadImageException {
        int scans = 1;
        for (int at = from; at + 1 < file.length; at++) {
            if (file[at] == (byte) 0xFF && (file[at + 1] & 0xFF) == SOS && ++scans > SCANS_MAX) {
                throw BadImageException.broken("has more than " + SCANS_MAX + " scans");
            }
        }
    }

    private boolean startsWith(int at, int length, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (i >= length || file[at + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int unsignedShort(int at) {
        return (file[at] & 0xFF) << 8 | (file[at + 1] & 0xFF);
    }

    private static BadImageException cutOff() {
        return BadImageException.broken("is cut off, or damaged");
    }

    @Override
    public ImageHeader header() throws BadImageException {
        if (header == null) {
            throw cutOff();
        }
        return header;
    }

    @Override
    public Pixels decode() throws BadImageException {
        ImageReader reader = Readers.open("jpeg", file);
        StringBuilder damage = new StringBuilder();
        reader.addIIOReadWarningListener((source, warning) -> {
            if (damage.isEmpty() && isDamage(warning)) {
                damage.append(warning);
            }
        });
        Raster raster;
        try {
            raster = reader.readRaster(0, null);
        } catch (IOException | RuntimeException e) {
            // The reader meets damage with any exception.
            throw BadImageException.broken("is damaged: " + Readers.reason(e));
        } finally {
            reader.dispose();
        }
        if (!damage.isEmpty()) {
            throw BadImageException.broken("is cut off, or damaged: " + damage);
        }
        ImageHeader declared = header();
        if (raster.getWidth() != declared.width()
                || raster.getHeight() != declared.height()
                || raster.getNumBands() != components) {
            throw BadImageException.broken("is damaged: it has another size or colours than its header says");
        }
        return pixels(raster, declared);
    }

    /** Bytes between segments harm nobody; where data ends early, grey is made up. */
    private static boolean isDamage(String warning) {
        String text = warning.toLowerCase(Locale.ROOT);
        return (text.contains("corrupt") && !text.contains("extraneous"))
                || text.contains("premature")
                || text.contains("truncated");
    }

    private Pixels pixels(Raster raster, ImageHeader declared) {
        int bands = components == 1 ? 1 : 3;
        byte[] made = new byte[Math.toIntExact(declared.pixels() * bands)];
        int[] row = new int[declared.width() * components];
        ColourSpace space = space();
        int to = 0;
        for (int y = 0; y < declared.height(); y++) {
            raster.getPixels(0, y, declared.width(), 1, row);
            for (int x = 0; x < row.length; x += components) {
                space.write(row, x, made, to);
                to += bands;
            }
        }
        return new Pixels(declared.width(), declared.height(), bands, made);
    }

    /** What the components are, by the rules of the reference library. */
    private ColourSpace space() {
        if (components == 1) {
            return ColourSpace.GREY;
        }
        if (components == 4) {
            return adobeTransform == 2 ? ColourSpace.YCCK : ColourSpace.CMYK;
        }
        if (isJfif) {
            return ColourSpace.YCC;
        }
        if (adobeTransform >= 0) {
            return adobeTransform == 0 ? ColourSpace.RGB : ColourSpace.YCC;
        }
        return componentIds.equals("RGB") ? ColourSpace.RGB : ColourSpace.YCC;
    }
}
