package dev.sluice.loader.tuning;

import java.util.ArrayList;
import java.util.List;

/** Made-up curves. */
final class Curves {
    /** The clock of runs of 1, 2, 4, … rows, in microseconds. */
    static CostCurve micros(double... micros) {
        return of(false, micros);
    }

    /** The same, and larger runs were not measured for want of time. */
    static CostCurve cutMicros(double... micros) {
        return of(true, micros);
    }

    private static CostCurve of(boolean cut, double... micros) {
        List<CostCurve.Point> points = new ArrayList<>();
        int rows = 1;
        for (double each : micros) {
            points.add(new CostCurve.Point(rows, Math.round(each * 1000)));
            rows *= 2;
        }
        return new CostCurve(points, cut, true, 1, 64, "");
    }

    private Curves() {}
}
