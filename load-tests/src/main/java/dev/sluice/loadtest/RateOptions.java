package dev.sluice.loadtest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that say when requests are sent.
 *
 * <p>Threading: confined to the main thread.
 */
final class RateOptions {
    private static final int CLOSED_DEFAULT = 16;
    private static final int OPEN_DEFAULT = 1024;
    private static final Duration DURATION_DEFAULT = Duration.ofSeconds(30);
    private static final Duration STEP_DEFAULT = Duration.ofSeconds(10);
    private static final String NUMBER = "(\\d{1,7}(?:\\.\\d{1,6})?)";
    private static final Pattern RATE = Pattern.compile("(-?)" + NUMBER + "(?:\\.\\." + NUMBER + ")?");
    private static final Pattern PERCENT = Pattern.compile(NUMBER + "%");

    @Option(
            names = "--rate",
            paramLabel = "<n or low..high>",
            description = "Open loop: requests per second, whatever the server does; 100..2000 rises linearly.")
    private @Nullable String rate;

    @Option(
            names = "--steps",
            paramLabel = "<n>",
            description = "Divide a rising --rate into that many equal steps instead.")
    private @Nullable Integer steps;

    @Option(
            names = "--stages",
            paramLabel = "<list>",
            description = "Open loop in stages, each reported: 100x10s,100..2000x30s,2000x1m. Instead of --rate and"
                    + " --duration.")
    private @Nullable String stages;

    @Option(names = "--constant", description = "Equal gaps instead of Poisson arrivals.")
    private boolean constant;

    @Option(
            names = "--find-rate",
            arity = "0..1",
            fallbackValue = "10..100000",
            paramLabel = "<low..high>",
            description = "Open loop: search the highest rate that meets every --slo (within 10..100000).")
    private @Nullable String findRate;

    @Option(
            names = "--resolution",
            paramLabel = "<percent>",
            defaultValue = "5%",
            description = "How exactly (default ${DEFAULT-VALUE}).")
    private String resolution = "5%";

    @Option(
            names = "--connections",
            paramLabel = "<n>",
            description = "Closed loop, without any of the above: connections, each with one request in flight (default"
                    + " 16). Open loop: most connections (default 1024).")
    private @Nullable Integer connections;

    @Option(
            names = "--duration",
            paramLabel = "<duration>",
            description = "Measured span (default 30s; of each step of a search 10s).")
    private @Nullable Duration duration;

    @Option(
            names = "--warmup",
            paramLabel = "<duration>",
            defaultValue = "2s",
            description = "Sent before it, at its first rate, not measured (default ${DEFAULT-VALUE}).")
    private Duration warmup = Duration.ofSeconds(2);

    /** Sets what these options say; a search sets the rate of each step itself. */
    void applyTo(LoadPlan.Builder plan) {
        boolean open = rate != null || stages != null || findRate != null;
        requireOneOf();
        plan.warmup(warmup)
                .duration(duration())
                .connectionsMax(connections == null || !open ? OPEN_DEFAULT : connections);
        if (findRate != null) {
            plan.arrivals(arrivals(searchPlan(findRate).lowPerSecond()));
        } else if (stages != null) {
            plan.arrivals(new Arrivals.Staged(Stage.parseAll(stages), constant));
        } else if (rate != null) {
            plan.arrivals(fromRate(rate));
        } else {
            plan.arrivals(new Arrivals.Closed(connections == null ? CLOSED_DEFAULT : connections));
        }
    }

    private void requireOneOf() {
        int count = (rate == null ? 0 : 1) + (stages == null ? 0 : 1) + (findRate == null ? 0 : 1);
        if (count > 1) {
            throw new IllegalArgumentException("--rate, --stages and --find-rate exclude each other");
        }
        if (stages != null && duration != null) {
            throw new IllegalArgumentException("--stages say their own durations and exclude --duration");
        }
        if (constant && count == 0) {
            throw new IllegalArgumentException("--constant needs --rate, --stages or --find-rate");
        }
        if (steps != null && (rate == null || !rate.contains("..") || steps < 2)) {
            throw new IllegalArgumentException("--steps must be 2 or more and needs a rising --rate such as 100..2000");
        }
    }

    private Duration duration() {
        return duration != null ? duration : findRate != null ? STEP_DEFAULT : DURATION_DEFAULT;
    }

    /** Arrivals of one rate, as a step of a search needs them. */
    Arrivals arrivals(double perSecond) {
        return constant ? new Arrivals.Constant(perSecond) : new Arrivals.Poisson(perSecond);
    }

    private Arrivals fromRate(String text) {
        double[] bounds = range("--rate", text);
        if (bounds.length == 1) {
            return arrivals(bounds[0]);
        }
        if (steps == null) {
            return new Arrivals.Staged(List.of(new Stage(bounds[0], bounds[1], duration())), constant);
        }
        List<Stage> list = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            double level = bounds[0] + (bounds[1] - bounds[0]) * i / (steps - 1);
            list.add(new Stage(level, level, duration().dividedBy(steps)));
        }
        return new Arrivals.Staged(list, constant);
    }

    /** What to search, or null when the rate is given. */
    @Nullable SearchPlan searchPlan() {
        return findRate == null ? null : searchPlan(findRate);
    }

    private SearchPlan searchPlan(String text) {
        double[] bounds = range("--find-rate", text);
        Matcher percent = PERCENT.matcher(resolution);
        if (bounds.length != 2 || !percent.matches()) {
            throw new IllegalArgumentException("--find-rate must look like 100..5000 and --resolution like 5%, got "
                    + text + " and " + resolution);
        }
        return new SearchPlan(bounds[0], bounds[1], Double.parseDouble(percent.group(1)) / 100, duration());
    }

    private static double[] range(String option, String text) {
        Matcher matcher = RATE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(option + " must look like 500 or 100..2000, got '" + text + "'");
        }
        double from = Double.parseDouble(matcher.group(1) + matcher.group(2));
        return matcher.group(3) == null
                ? new double[] {from}
                : new double[] {from, Double.parseDouble(matcher.group(3))};
    }
}
