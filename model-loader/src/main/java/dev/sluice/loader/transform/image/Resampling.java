package dev.sluice.loader.transform.image;

import dev.sluice.loader.repository.TransformConfig.Resample;

/**
 * Resizes images to the same pixels as Pillow does, because training did it with Pillow.
 *
 * <p>Each dimension is a convolution of its own, rows first, and each rounds to 8 bits. A pixel of the result lies at the middle
 * of the part of the source that it stands for; the filter is as wide as its support where the image grows, and wider by the
 * factor by which it shrinks, so that every pixel of the source counts. The weights of one result add up to 1 and are then whole
 * numbers of 2^-22. NEAREST takes the pixel under the middle.
 *
 * <p>Threading: immutable.
 *
 * @see "Pillow, Image.resize: filters with support scaled when shrinking, 22 bits of fixed point for 8-bit images"
 */
final class Resampling {
    private static final int PRECISION_BITS = 22;
    private static final double BICUBIC_A = -0.5;

    private final Resample filter;

    Resampling(Resample filter) {
        this.filter = filter;
    }

    /** The image in another size; itself where that is its size. */
    Pixels resize(Pixels image, int width, int height) {
        if (filter == Resample.NEAREST) {
            return nearest(image, width, height);
        }
        Pixels narrow = width == image.width() ? image : horizontally(image, width);
        return height == image.height() ? narrow : vertically(narrow, height);
    }

    private static Pixels nearest(Pixels image, int width, int height) {
        if (width == image.width() && height == image.height()) {
            return image;
        }
        int[] columns = nearest(image.width(), width);
        int[] rows = nearest(image.height(), height);
        int bands = image.bands();
        byte[] made = new byte[width * height * bands];
        int to = 0;
        for (int row : rows) {
            for (int column : columns) {
                int from = (row * image.width() + column) * bands;
                for (int band = 0; band < bands; band++) {
                    made[to++] = image.samples()[from + band];
                }
            }
        }
        return new Pixels(width, height, bands, made);
    }

    /** Places are summed up, not multiplied: the rounding of the sums decides where one falls between two pixels. */
    private static int[] nearest(int from, int to) {
        double step = (double) from / to;
        double place = step * 0.5;
        int[] indices = new int[to];
        for (int i = 0; i < to; i++) {
            indices[i] = Math.min(from - 1, (int) place);
            place += step;
        }
        return indices;
    }

    /**
     * What each pixel of one dimension of the result is made of.
     *
     * @param first of each result, the index of the first source pixel that counts
     * @param weights of each result, those of that pixel and the next ones, in units of 2^-22
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Weights(int[] first, int[][] weights) {}

    private Weights weights(int from, int to) {
        double scale = (double) from / to;
        double stretch = Math.max(1, scale);
        double support = support() * stretch;
        int[] first = new int[to];
        int[][] weights = new int[to][];
        for (int i = 0; i < to; i++) {
            double middle = (i + 0.5) * scale;
            int begin = Math.max(0, (int) (middle - support + 0.5));
            int end = Math.min(from, (int) (middle + support + 0.5));
            double[] exact = new double[end - begin];
            double sum = 0;
            for (int x = 0; x < exact.length; x++) {
                exact[x] = weight((x + begin - middle + 0.5) * (1 / stretch));
                sum += exact[x];
            }
            first[i] = begin;
            weights[i] = new int[exact.length];
            for (int x = 0; x < exact.length; x++) {
                double weight = (sum == 0 ? exact[x] : exact[x] / sum) * (1 << PRECISION_BITS);
                weights[i][x] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
            }
        }
        return new Weights(first, weights);
    }

    private double support() {
        return switch (filter) {
            case NEAREST -> 0;
            case BILINEAR -> 1;
            case BICUBIC -> 2;
            case LANCZOS -> 3;
        };
    }

    private double weight(double distance) {
        double x = Math.abs(distance);
        return switch (filter) {
            case NEAREST -> 0;
            case BILINEAR -> x < 1 ? 1 - x : 0;
            case BICUBIC -> bicubic(x);
            case LANCZOS -> distance >= -3 && distance < 3 ? sinc(distance) * sinc(distance / 3) : 0;
        };
    }

    private static double bicubic(double x) {
        if (x < 1) {
            return ((BICUBIC_A + 2) * x - (BICUBIC_A + 3)) * x * x + 1;
        }
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * BICUBIC_A : 0;
    }

    private static double sinc(double x) {
        if (x == 0) {
            return 1;
        }
        double angle = x * Math.PI;
        return Math.sin(angle) / angle;
    }

    private Pixels horizontally(Pixels image, int width) {
        Weights weights = weights(image.width(), width);
        int bands = image.bands();
        byte[] from = image.samples();
        byte[] made = new byte[width * image.height() * bands];
        int to = 0;
        for (int y = 0; y < image.height(); y++) {
            int row = y * image.width() * bands;
            for (int x = 0; x < width; x++) {
                int at = row + weights.first()[x] * bands;
                int[] own = weights.weights()[x];
                for (int band = 0; band < bands; band++) {
                    made[to++] = sum(from, at + band, bands, own);
                }
            }
        }
        return new Pixels(width, image.height(), bands, made);
    }

    private Pixels vertically(Pixels image, int height) {
        Weights weights = weights(image.height(), height);
        int stride = image.width() * image.bands();
        byte[] made = new byte[stride * height];
        int to = 0;
        for (int y = 0; y < height; y++) {
            int at = weights.first()[y] * stride;
            int[] own = weights.weights()[y];
            for (int x = 0; x < stride; x++) {
                made[to++] = sum(image.samples(), at + x, stride, own);
            }
        }
        return new Pixels(image.width(), height, image.bands(), made);
    }

    /** Samples that lie {@code stride} apart, weighted, rounded and kept within 0 and 255. */
    private static byte sum(byte[] samples, int first, int stride, int[] weights) {
        int sum = 1 << (PRECISION_BITS - 1);
        int at = first;
        for (int weight : weights) {
            sum += (samples[at] & 0xFF) * weight;
            at += stride;
        }
        return (byte) Math.max(0, Math.min(255, sum >> PRECISION_BITS));
    }
}
