package dev.sluice.loadtest;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * When requests are sent.
 *
 * <p>The open forms send at planned times whatever the server does, as independent users would, so a stalled server
 * meets the requests it stalled. The closed form sends the next request of a connection when the last one is answered,
 * as a batch job would, so a stalled server gets fewer requests.
 *
 * <p>Threading: immutable.
 */
public sealed interface Arrivals {
    /**
     * Open loop with equal gaps.
     *
     * @param perSecond requests per second, in (0, 1,000,000]
     */
    record Constant(double perSecond) implements Arrivals {
        public Constant {
            requireRate(perSecond);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "open loop, %s/s with equal gaps", rateText(perSecond));
        }
    }

    /**
     * Open loop with independent, exponentially distributed gaps: a Poisson process.
     *
     * @param perSecond mean requests per second, in (0, 1,000,000]
     */
    record Poisson(double perSecond) implements Arrivals {
        public Poisson {
            requireRate(perSecond);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "open loop, %s/s, Poisson", rateText(perSecond));
        }
    }

    /**
     * Open loop whose rate changes; the plan's duration is the stages' own.
     *
     * @param stages in order, between 1 and 100
     * @param equalGaps gaps follow the rate exactly instead of being those of a Poisson process
     */
    record Staged(List<Stage> stages, boolean equalGaps) implements Arrivals {
        private static final int STAGE_COUNT_MAX = 100;

        public Staged {
            stages = List.copyOf(stages);
            if (stages.isEmpty() || stages.size() > STAGE_COUNT_MAX) {
                throw new IllegalArgumentException(
                        "there must be between 1 and " + STAGE_COUNT_MAX + " stages, got " + stages.size());
            }
        }

        /** All stages together. */
        public Duration duration() {
            return stages.stream().map(Stage::duration).reduce(Duration.ZERO, Duration::plus);
        }

        @Override
        public String toString() {
            return stages.stream()
                    .map(Stage::toString)
                    .collect(Collectors.joining(", ", "open loop, ", equalGaps ? ", equal gaps" : ", Poisson"));
        }
    }

    /**
     * Closed loop: each connection always has one request in flight.
     *
     * @param connections in [1, 65536]
     */
    record Closed(int connections) implements Arrivals {
        public Closed {
            if (connections < 1 || connections > 65_536) {
                throw new IllegalArgumentException("connections must be between 1 and 65536, got " + connections);
            }
        }

        @Override
        public String toString() {
            return "closed loop, " + connections + (connections == 1 ? " connection" : " connections");
        }
    }

    private static void requireRate(double perSecond) {
        if (!(perSecond > 0 && perSecond <= 1_000_000)) {
            throw new IllegalArgumentException(
                    "rate must be above 0 and at most 1000000 requests per second, got " + perSecond);
        }
    }

    private static String rateText(double perSecond) {
        return perSecond == Math.rint(perSecond)
                ? String.format(Locale.ROOT, "%.0f", perSecond)
                : String.format(Locale.ROOT, "%.2f", perSecond);
    }
}
