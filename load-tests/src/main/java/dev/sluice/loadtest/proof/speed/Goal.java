package dev.sluice.loadtest.proof.speed;

/**
 * The table of goals. Several rows may share an id: they are judged apart and asked for together.
 *
 * <p>Threading: immutable.
 */
enum Goal {
    MLP_CPU("g1", "MLP, JSON, 64 connections: server CPU per request ÷ bare", Bar.atMost(1.10, "")),
    MLP_RATE("g2", "MLP, JSON, 64 connections: requests/s ÷ bare", Bar.atLeast(0.90, "")),
    MLP_ROWS("g3", "MLP, JSON, 64 connections: mean rows per run, no delay configured", Bar.atLeast(16, "rows")),
    OPEN_LOOP_P99(
            "g4", "MLP, open loop at half the capacity: p99 ÷ bare p99, 95 % bound of the median", Bar.atMost(1.5, "")),
    TREES_RATE("g5", "500 trees, 100 features, JSON, 64 connections: rows/s ÷ best in-process", Bar.atLeast(0.80, "")),
    SINGLE_INLINE("g6", "one connection, model run inline: p50 − bare p50", Bar.atMost(40, "µs")),
    SINGLE_QUEUED("g6", "one connection, queued model: p50 − bare p50", Bar.atMost(80, "µs")),
    SINGLE_BATCHING("g7", "one connection: p50 with batching ÷ without", Bar.atMost(1.10, "")),
    TEXT_RATE_16("g8", "MiniLM, 32 tokens, 16 connections: rows/s ÷ best in-process", Bar.atLeast(0.88, "")),
    TEXT_RATE_64("g8", "MiniLM, 32 tokens, 64 connections: rows/s ÷ best in-process", Bar.atLeast(0.88, "")),
    TEXT_CPU_16(
            "g9",
            "MiniLM, 32 tokens, 16 connections: in-process CPU per row ÷ server CPU per request",
            Bar.atLeast(0.90, "")),
    TEXT_CPU_64(
            "g9",
            "MiniLM, 32 tokens, 64 connections: in-process CPU per row ÷ server CPU per request",
            Bar.atLeast(0.90, "")),
    MIXED_LOGNORMAL("g10", "text of lognormal length: rows per CPU-second, batching on ÷ off", Bar.atLeast(1.05, "")),
    MIXED_CHAT("g10", "text of chat lengths: rows per CPU-second, batching on ÷ off", Bar.atLeast(1.05, "")),
    HEAP_BYTES("g11", "heap per request, codec + batch + run, 16 floats (JMH)", Bar.atMost(600, "B")),
    HEAP_GROWTH("g11", "its growth from 16 to 12,288 floats (JMH)", Bar.atMost(5, "%")),
    IMAGE_CPU("g12", "image 3×224×224: server CPU per request, binary ÷ JSON", Bar.atMost(0.5, "")),
    EQUAL_MLP("g13", "MLP: largest difference of a batched row to the row alone", Bar.atMost(0, "")),
    EQUAL_CNN("g13", "CNN: the same", Bar.atMost(0, "")),
    EQUAL_TREES("g13", "boosted trees: the same", Bar.atMost(0, "")),
    EQUAL_TEXT("g13", "MiniLM, fp32: the same", Bar.atMost(1e-5, "")),
    QUANTISED_FLAGGED("g13", "MiniLM, quantised: refused for batching (1 = yes)", Bar.atLeast(1, "")),
    START_UP("g14", "start to first answer, flight-delay ÷ bare hello", Bar.atMost(2.0, ""));

    private final String id;
    private final String text;
    private final Bar bar;

    Goal(String id, String text, Bar bar) {
        this.id = id;
        this.text = text;
        this.bar = bar;
    }

    /** The id that {@code --only} takes. */
    String id() {
        return id;
    }

    String text() {
        return text;
    }

    Bar bar() {
        return bar;
    }

    /** True when the value says nothing about time, so that it can be judged however busy the machine is. */
    boolean isTimeless() {
        return id.equals("g3") || id.equals("g11") || id.equals("g13");
    }
}
