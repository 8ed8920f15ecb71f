package dev.sluice.loader.transform.image;

/**
 * What the components of a JPEG are, and how they become grey or RGB: in the fixed point of libjpeg and, for CMYK, of Pillow, which
 * takes it to be stored inverted, as Adobe does.
 *
 * <p>Threading: immutable.
 *
 * @see "T.871 section 7 for the factors; 16 bits of fixed point"
 */
enum ColourSpace {
    GREY {
        @Override
        void write(int[] from, int at, byte[] to, int index) {
            to[index] = (byte) from[at];
        }
    },
    RGB {
        @Override
        void write(int[] from, int at, byte[] to, int index) {
            to[index] = (byte) from[at];
            to[index + 1] = (byte) from[at + 1];
            to[index + 2] = (byte) from[at + 2];
        }
    },
    YCC {
        @Override
        void write(int[] from, int at, byte[] to, int index) {
            to[index] = (byte) red(from, at);
            to[index + 1] = (byte) green(from, at);
            to[index + 2] = (byte) blue(from, at);
        }
    },
    CMYK {
        @Override
        void write(int[] from, int at, byte[] to, int index) {
            for (int i = 0; i < 3; i++) {
                to[index + i] = ink(from[at + i], from[at + 3]);
            }
        }
    },
    YCCK {
        @Override
        void write(int[] from, int at, byte[] to, int index) {
            int black = from[at + 3];
            to[index] = ink(255 - red(from, at), black);
            to[index + 1] = ink(255 - green(from, at), black);
            to[index + 2] = ink(255 - blue(from, at), black);
        }
    };

    private static final int BITS = 16;
    private static final int HALF = 1 << (BITS - 1);
    private static final int CR_RED = fixed(1.40200);
    private static final int CB_BLUE = fixed(1.77200);
    private static final int CR_GREEN = fixed(0.71414);
    private static final int CB_GREEN = fixed(0.34414);

    /** One pixel, from {@code from[at]} on, to {@code to[index]} on. */
    abstract void write(int[] from, int at, byte[] to, int index);

    private static int fixed(double factor) {
        return (int) (factor * (1 << BITS) + 0.5);
    }

    private static int red(int[] from, int at) {
        return clipped(from[at] + ((CR_RED * (from[at + 2] - 128) + HALF) >> BITS));
    }

    private static int green(int[] from, int at) {
        int cb = from[at + 1] - 128;
        int cr = from[at + 2] - 128;
        return clipped(from[at] + ((-CB_GREEN * cb - CR_GREEN * cr + HALF) >> BITS));
    }

    private static int blue(int[] from, int at) {
        return clipped(from[at] + ((CB_BLUE * (from[at + 1] - 128) + HALF) >> BITS));
    }

    private static int clipped(int value) {
        return Math.max(0, Math.min(255, value));
    }

    /** What is seen of an ink under black; both are stored inverted. */
    private static byte ink(int storedInk, int storedBlack) {
        int ink = 255 - storedInk;
        int product = ink * storedBlack + 128;
        return (byte) clipped(storedBlack - (((product >> 8) + product) >> 8));
    }
}
