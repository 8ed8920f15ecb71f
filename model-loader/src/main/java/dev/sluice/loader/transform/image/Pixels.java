package dev.sluice.loader.transform.image;

/**
 * An image of 8 bits a sample: row by row, and in a row pixel by pixel.
 *
 * <p>Threading: immutable once it is made; the array is its owner's alone.
 *
 * @param bands samples of a pixel: 1 (grey) or 3 (red, green, blue)
 * @param samples width times height times bands
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes, which nobody compares
record Pixels(int width, int height, int bands, byte[] samples) {
    Pixels {
        if (samples.length != width * height * bands) {
            throw new IllegalArgumentException(width + " x " + height + " pixels of " + bands
                    + " samples take another array than " + samples.length);
        }
    }

    /** The same with that many bands, 1 or 3; colour turns grey by ITU-R 601-2, in Pillow's fixed point. */
    Pixels withBands(int wanted) {
        if (wanted == bands) {
            return this;
        }
        byte[] made = new byte[width * height * wanted];
        for (int pixel = 0; pixel < width * height; pixel++) {
            if (wanted == 3) {
                made[3 * pixel] = samples[pixel];
                made[3 * pixel + 1] = samples[pixel];
                made[3 * pixel + 2] = samples[pixel];
            } else {
                int red = samples[3 * pixel] & 0xFF;
                int green = samples[3 * pixel + 1] & 0xFF;
                int blue = samples[3 * pixel + 2] & 0xFF;
                made[pixel] = (byte) ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
            }
        }
        return new Pixels(width, height, wanted, made);
    }

    /**
     * The middle of that size; where it cannot be in the very middle, as torchvision's center_crop puts it.
     *
     * @param cropWidth at most {@link #width}
     * @param cropHeight at most {@link #height}
     */
    Pixels middle(int cropWidth, int cropHeight) {
        if (cropWidth == width && cropHeight == height) {
            return this;
        }
        // Halves go to the even neighbour, as Python rounds.
        int left = (int) Math.rint((width - cropWidth) / 2.0);
        int top = (int) Math.rint((height - cropHeight) / 2.0);
        byte[] made = new byte[cropWidth * cropHeight * bands];
        for (int y = 0; y < cropHeight; y++) {
            System.arraycopy(
                    samples, ((top + y) * width + left) * bands, made, y * cropWidth * bands, cropWidth * bands);
        }
        return new Pixels(cropWidth, cropHeight, bands, made);
    }
}
