package dev.sluice.loadtest;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything a run needs to know; made by {@link #builder}.
 *
 * <p>Threading: immutable.
 *
 * @param url where the server's data port is, for example {@code http://127.0.0.1:8080}; http only
 * @param model name of the model
 * @param version the version to ask for, or null for the server's choice
 * @param arrivals when requests are sent
 * @param warmup sent but not measured; 0 or longer
 * @param duration measured span; longer than 0
 * @param timeout most time from the intended send time to the end of an answer; longer than 0
 * @param readyWithin how long the target may take to become ready before the run; 0 = it must be ready now
 * @param loops event loops of the generator, in [1, 64]
 * @param connectionsMax most connections of an open loop, in [1, 65536]
 * @param seed of arrivals and tensors: the same seed sends the same requests at the same planned times
 * @param body where request bodies come from
 * @param slos goals, may be none
 * @param expected which server must be behind the URL
 * @param latenessP99Max from which lateness of its own the generator declares the run not measured
 */
public record LoadPlan(
        URI url,
        String model,
        @Nullable String version,
        Arrivals arrivals,
        Duration warmup,
        Duration duration,
        Duration timeout,
        Duration readyWithin,
        int loops,
        int connectionsMax,
        long seed,
        BodySource body,
        List<Slo> slos,
        ExpectedServer expected,
        Duration latenessP99Max) {

    public LoadPlan {
        slos = List.copyOf(slos);
        if (!"http".equals(url.getScheme()) || url.getHost() == null) {
            throw new IllegalArgumentException("url must look like http://host:port, got '" + url + "'");
        }
        if (model.isEmpty()) {
            throw new IllegalArgumentException("model must not be empty");
        }
        requireLongerThanZero("duration", duration);
        requireLongerThanZero("timeout", timeout);
        if (loops < 1 || loops > 64) {
            throw new IllegalArgumentException("loops must be between 1 and 64, got " + loops);
        }
        if (connectionsMax < 1 || connectionsMax > 65_536) {
            throw new IllegalArgumentException("max connections must be between 1 and 65536, got " + connectionsMax);
        }
    }

    private static void requireLongerThanZero(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " must be longer than 0, got " + value);
        }
    }

    /** The server's port. */
    public int port() {
        return url.getPort() < 0 ? 80 : url.getPort();
    }

    /** The path of the server's metadata: {@code /v2}, after the path of {@link #url()} if it has one. */
    public String serverPath() {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return (path.endsWith("/") ? path.substring(0, path.length() - 1) : path) + "/v2";
    }

    /** The model's path on the server: {@code /v2/models/m}, with the version when one is asked for. */
    public String modelPath() {
        return serverPath() + "/models/" + PathSegment.encode(model)
                + (version == null ? "" : "/versions/" + PathSegment.encode(version));
    }

    /** A plan for {@code model} behind {@code url} with every other value at its default. */
    public static Builder builder(URI url, String model) {
        return new Builder(url, model);
    }

    /**
     * Collects the values of a plan; each has a default but the target.
     *
     * <p>Threading: confined to its caller.
     */
    public static final class Builder {
        private final URI url;
        private final String model;
        private @Nullable String version;
        private Arrivals arrivals = new Arrivals.Closed(16);
        private Duration warmup = Duration.ofSeconds(2);
        private Duration duration = Duration.ofSeconds(30);
        private Duration timeout = Duration.ofSeconds(10);
        private Duration readyWithin = Duration.ZERO;
        private int loops = 1;
        private int connectionsMax = 1024;
        private long seed = 1;
        private BodySource body = new BodySource.Generated(1, Map.of(), false, 16);
        private final List<Slo> slos = new ArrayList<>();
        private ExpectedServer expected = ExpectedServer.ANY;
        private Duration latenessP99Max = Duration.ofMillis(5);

        private Builder(URI url, String model) {
            this.url = url;
            this.model = model;
        }

        public Builder version(@Nullable String value) {
            version = value;
            return this;
        }

        public Builder arrivals(Arrivals value) {
            arrivals = value;
            return this;
        }

        public Builder warmup(Duration value) {
            warmup = value;
            return this;
        }

        public Builder duration(Duration value) {
            duration = value;
            return this;
        }

        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        public Builder readyWithin(Duration value) {
            readyWithin = value;
            return this;
        }

        public Builder loops(int value) {
            loops = value;
            return this;
        }

        public Builder connectionsMax(int value) {
            connectionsMax = value;
            return this;
        }

        public Builder seed(long value) {
            seed = value;
            return this;
        }

        public Builder body(BodySource value) {
            body = value;
            return this;
        }

        public Builder slo(Slo value) {
            slos.add(value);
            return this;
        }

        public Builder expected(ExpectedServer value) {
            expected = value;
            return this;
        }

        public Builder latenessP99Max(Duration value) {
            latenessP99Max = value;
            return this;
        }

        /**
         * The plan.
         *
         * @throws IllegalArgumentException if a value is out of its range
         */
        public LoadPlan build() {
            return new LoadPlan(
                    url,
                    model,
                    version,
                    arrivals,
                    warmup,
                    duration,
                    timeout,
                    readyWithin,
                    loops,
                    connectionsMax,
                    seed,
                    body,
                    slos,
                    expected,
                    latenessP99Max);
        }
    }
}
