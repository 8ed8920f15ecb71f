package dev.sluice.loadtest.proof;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * When memory counts as flat.
 *
 * <p>The first third of a run is left out, because caches fill and code is compiled. Over the other two thirds the
 * Theil-Sen slope, projected over the whole run, must not exceed the larger of a share of the median and a number of
 * bytes. Heap is a saw-tooth, so only its low points right after a collection are looked at; with fewer than four of
 * them it is not judged.
 *
 * <p>Threading: immutable.
 *
 * @param shareMax most growth as a share of the median, in [0, 1]
 * @param bytesMax growth that always passes
 */
record FlatnessRule(double shareMax, long bytesMax) {
    private static final int COLLECTIONS_MIN = 4;
    private static final int POINTS_MIN = 4;
    private static final int POINTS_MAX = 600;
    private static final long MEBIBYTE = 1L << 20;
    private static final Duration SHORT_RUN = Duration.ofMinutes(5);

    /** 3 % or 16 MiB; in runs below 5 minutes, while the JVM still settles, 10 % or 64 MiB. */
    static FlatnessRule forDuration(Duration duration) {
        return duration.compareTo(SHORT_RUN) < 0
                ? new FlatnessRule(0.10, 64 * MEBIBYTE)
                : new FlatnessRule(0.03, 16 * MEBIBYTE);
    }

    /**
     * Judges memory that should be a level line.
     *
     * @param seconds when each value was read, strictly increasing
     */
    Flatness judge(String name, double[] seconds, double[] bytes) {
        List<double[]> points = new ArrayList<>();
        for (int i = firstJudged(seconds); i < seconds.length; i++) {
            points.add(new double[] {seconds[i], bytes[i]});
        }
        return judge(name, seconds, points, POINTS_MIN);
    }

    /** Judges used heap by its values right after a collection: those that are lower than the one before. */
    Flatness judgeHeap(String name, double[] seconds, double[] bytes) {
        List<double[]> points = new ArrayList<>();
        for (int i = Math.max(1, firstJudged(seconds)); i < seconds.length; i++) {
            if (bytes[i] < bytes[i - 1]) {
                points.add(new double[] {seconds[i], bytes[i]});
            }
        }
        return judge(name, seconds, lowestPerWindow(points), COLLECTIONS_MIN);
    }

    private static int firstJudged(double[] seconds) {
        double from = seconds.length == 0 ? 0 : seconds[0] + (seconds[seconds.length - 1] - seconds[0]) / 3;
        int first = 0;
        while (first < seconds.length && seconds[first] < from) {
            first++;
        }
        return first;
    }

    /*
     * A sample is taken up to a second after its collection and has garbage on top, more or less by chance. The lowest
     * of several in a row comes close to what is live.
     */
    private static List<double[]> lowestPerWindow(List<double[]> points) {
        int windowSize = Math.max(1, points.size() / 20);
        List<double[]> lowest = new ArrayList<>();
        for (int from = 0; from + windowSize <= points.size(); from += windowSize) {
            double[] low = points.get(from);
            for (double[] point : points.subList(from, from + windowSize)) {
                low = point[1] < low[1] ? point : low;
            }
            lowest.add(low);
        }
        return lowest;
    }

    private Flatness judge(String name, double[] seconds, List<double[]> points, int pointsMin) {
        if (points.size() < pointsMin) {
            return Flatness.notJudged(name, points.size());
        }
        List<double[]> thinned = thin(points);
        double[] x = thinned.stream().mapToDouble(point -> point[0]).toArray();
        double[] y = thinned.stream().mapToDouble(point -> point[1]).toArray();
        double median = TheilSen.median(y);
        double growth = TheilSen.slope(x, y) * (seconds[seconds.length - 1] - seconds[0]);
        return new Flatness(name, true, median, growth, Math.max(shareMax * median, (double) bytesMax), points.size());
    }

    /** At most 600 points, evenly chosen, because the estimator is quadratic. */
    private static List<double[]> thin(List<double[]> points) {
        if (points.size() <= POINTS_MAX) {
            return points;
        }
        List<double[]> chosen = new ArrayList<>(POINTS_MAX);
        for (int i = 0; i < POINTS_MAX; i++) {
            chosen.add(points.get((int) ((long) i * points.size() / POINTS_MAX)));
        }
        return chosen;
    }
}
