package dev.sluice.loader.transform.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import javax.imageio.ImageReader;

/**
 * A PNG file: its chunks checked, and those that hold text, profiles and the like left out, so that nothing but pixels is
 * inflated.
 *
 * <p>Samples come out as Pillow's {@code convert("RGB")} gives them: alpha and transparent colours are dropped, palettes looked
 * up, fewer than 8 bits stretched to 255, and of 16 bits the upper 8 kept, but where grey is all there is: there Pillow cuts
 * values off at 255.
 *
 * <p>Threading: confined to one thread.
 *
 * @see "W3C, Portable Network Graphics, sections 5.3 Chunk layout and 11.2.2 IHDR"
 */
final class PngFile implements ImageFile {
    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int HEADER_BYTES = 13;
    private static final int GREY = 0;
    private static final int PALETTE = 3;

    private final ImageHeader header;
    private final int depth;
    private final int colourType;
    private final byte[] critical;

    private PngFile(ImageHeader header, int depth, int colourType, byte[] critical) {
        this.header = header;
        this.depth = depth;
        this.colourType = colourType;
        this.critical = critical;
    }

    static boolean isOne(ByteBuffer file) {
        return file.remaining() >= Long.BYTES && file.getLong(file.position()) == SIGNATURE;
    }

    /**
     * Walks over the chunks.
     *
     * @param file big-endian
     */
    static PngFile of(ByteBuffer file) throws BadImageException {
        ByteBuffer rest = file.duplicate();
        ByteArrayOutputStream critical = new ByteArrayOutputStream(rest.remaining());
        copy(rest, rest.position(), Long.BYTES, critical);
        rest.position(rest.position() + Long.BYTES);
        ByteBuffer ihdr = ByteBuffer.allocate(0);
        boolean ended = false;
        while (!ended) {
            int start = rest.position();
            if (rest.remaining() < 12) {
                throw BadImageException.broken("is cut off");
            }
            int length = rest.getInt();
            if (length < 0 || length > rest.remaining() - 8) {
                throw BadImageException.broken("is cut off, or a chunk of it is damaged");
            }
            String type = StandardCharsets.ISO_8859_1
                    .decode(rest.slice(rest.position(), 4))
                    .toString();
            requireChecksum(rest, length);
            if (!ihdr.hasRemaining()) {
                if (!type.equals("IHDR") || length != HEADER_BYTES) {
                    throw BadImageException.broken("does not begin with its header");
                }
                ihdr = rest.slice(rest.position() + 4, length);
            }
            if (type.equals("IHDR") || type.equals("PLTE") || type.equals("IDAT") || type.equals("IEND")) {
                copy(rest, start, 12 + length, critical);
            }
            ended = type.equals("IEND");
            rest.position(start + 12 + length);
        }
        int depth = ihdr.get(8);
        int colourType = ihdr.get(9);
        int samples = switch (colourType) {
            case GREY, PALETTE -> 1;
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> throw BadImageException.broken("has the unknown colour type " + colourType);
        };
        ImageHeader header = ImageHeader.of(
                ihdr.getInt(0),
                ihdr.getInt(4),
                depth == 16 ? 2 * samples : samples,
                colourType == PALETTE || samples >= 3 ? 3 : 1);
        return new PngFile(header, depth, colourType, critical.toByteArray());
    }

    private static void requireChecksum(ByteBuffer chunk, int length) throws BadImageException {
        CRC32 crc = new CRC32();
        crc.update(chunk.slice(chunk.position(), 4 + length));
        if ((int) crc.getValue() != chunk.getInt(chunk.position() + 4 + length)) {
            throw BadImageException.broken("is damaged: a checksum is wrong");
        }
    }

    private static void copy(ByteBuffer from, int offset, int length, ByteArrayOutputStream to) {
        byte[] bytes = new byte[length];
        from.get(offset, bytes);
        to.write(bytes, 0, length);
    }

    @Override
    public ImageHeader header() {
        return header;
    }

    @Override
    public Pixels decode() throws BadImageException {
        ImageReader reader = Readers.open("png", critical);
        try {
            return pixels(reader.read(0));
        } catch (IOException | RuntimeException e) {
            // The reader meets damage with any exception.
            throw BadImageException.broken("is damaged: " + Readers.reason(e));
        } finally {
            reader.dispose();
        }
    }

    private Pixels pixels(BufferedImage image) throws BadImageException {
        if (image.getWidth() != header.width() || image.getHeight() != header.height()) {
            throw BadImageException.broken("has another size than its header says");
        }
        Raster raster = image.getRaster();
        if (image.getColorModel() instanceof IndexColorModel colours) {
            return lookedUp(raster, colours);
        }
        int width = header.width();
        int bands = raster.getNumBands() < 3 ? 1 : 3;
        byte[] made = new byte[Math.toIntExact(header.pixels() * bands)];
        int[] row = new int[width * raster.getNumBands()];
        int to = 0;
        for (int y = 0; y < header.height(); y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                for (int band = 0; band < bands; band++) {
                    made[to++] = eightBits(row[x * raster.getNumBands() + band]);
                }
            }
        }
        return new Pixels(width, header.height(), bands, made);
    }

    private byte eightBits(int sample) {
        if (depth != 16) {
            return (byte) sample;
        }
        return (byte) (colourType == GREY ? Math.min(255, sample) : sample >> 8);
    }

    private Pixels lookedUp(Raster raster, IndexColorModel colours) {
        int bands = colourType == PALETTE ? 3 : 1;
        byte[] made = new byte[Math.toIntExact(header.pixels() * bands)];
        int[] row = new int[header.width()];
        int to = 0;
        for (int y = 0; y < header.height(); y++) {
            raster.getSamples(0, y, header.width(), 1, 0, row);
            for (int index : row) {
                boolean known = index < colours.getMapSize();
                made[to++] = (byte) (known ? colours.getRed(index) : 0);
                if (bands == 3) {
                    made[to++] = (byte) (known ? colours.getGreen(index) : 0);
                    made[to++] = (byte) (known ? colours.getBlue(index) : 0);
                }
            }
        }
        return new Pixels(header.width(), header.height(), bands, made);
    }
}
