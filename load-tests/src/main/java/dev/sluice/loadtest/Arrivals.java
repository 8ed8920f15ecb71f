package dev.sluice.loadtest;

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
    }

    private static void requireRate(double perSecond) {
        if (!(perSecond > 0 && perSecond <= 1_000_000)) {
            throw new IllegalArgumentException(
                    "rate must be above 0 and at most 1000000 requests per second, got " + perSecond);
        }
    }
}
