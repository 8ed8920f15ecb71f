package dev.sluice.loadtest.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A linear or logarithmic axis: where values lie on it, and where its ticks are.
 *
 * <p>Threading: immutable.
 *
 * @param min value at the beginning; above 0 when logarithmic
 * @param max value at the end; above {@code min}
 */
record Scale(double min, double max, boolean logarithmic) {
    private static final int TICK_COUNT = 5;

    /** From 0 to a round number no less than {@code highest}. */
    static Scale linear(double highest) {
        double top = highest > 0 ? highest : 1;
        double step = step(top);
        return new Scale(0, Math.ceil(top / step - 1e-9) * step, false);
    }

    /** Exactly that range. */
    static Scale linear(double min, double max) {
        return new Scale(min, max > min ? max : min + 1, false);
    }

    /** A range that covers the values and begins and ends at 1, 2 or 5 times a power of ten. */
    static Scale logarithmic(double lowest, double highest) {
        double low = lowest > 0 ? lowest : 1e-3;
        double high = Math.max(highest, low);
        double min = roundLog(low, false);
        double max = roundLog(high, true);
        return new Scale(min, max > min ? max : min * 10, true);
    }

    private static double roundLog(double value, boolean up) {
        double decade = Math.pow(10, Math.floor(Math.log10(value)));
        double found = up ? decade * 10 : decade;
        for (double factor : up ? new double[] {5, 2, 1} : new double[] {1, 2, 5}) {
            boolean fits = up ? decade * factor >= value * (1 - 1e-9) : decade * factor <= value * (1 + 1e-9);
            if (fits) {
                found = decade * factor;
            }
        }
        return found;
    }

    /** 1, 2 or 5 times a power of ten, so that about five steps make up {@code span}. */
    private static double step(double span) {
        double rough = span / TICK_COUNT;
        double decade = Math.pow(10, Math.floor(Math.log10(rough)));
        for (double factor : new double[] {1, 2, 5}) {
            if (decade * factor >= rough * (1 - 1e-9)) {
                return decade * factor;
            }
        }
        return decade * 10;
    }

    /** Where the value lies, in [0, 1]; values outside lie at an end. */
    double share(double value) {
        double share = logarithmic
                ? (Math.log10(Math.max(value, min)) - Math.log10(min)) / (Math.log10(max) - Math.log10(min))
                : (value - min) / (max - min);
        return Math.max(0, Math.min(1, share));
    }

    /** Round values between the ends. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        if (logarithmic) {
            boolean few = Math.log10(max / min) <= 2.5;
            for (double decade = Math.pow(10, Math.floor(Math.log10(min))); decade <= max * 1.001; decade *= 10) {
                for (double factor : few ? new double[] {1, 2, 5} : new double[] {1}) {
                    double tick = decade * factor;
                    if (tick >= min * 0.999 && tick <= max * 1.001) {
                        ticks.add(tick);
                    }
                }
            }
        } else {
            double step = step(max - min);
            for (long i = (long) Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i++) {
                ticks.add(i * step);
            }
        }
        return ticks;
    }
}
