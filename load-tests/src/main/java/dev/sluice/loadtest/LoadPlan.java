package dev.sluice.loadtest;

import dev.sluice.loadtest.wire.Endpoint;
import dev.sluice.loadtest.wire.TlsTrust;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything a run needs to know; made by {@link #builder}.
 *
 * <p>Threading: immutable.
 *
 * @param url where the server's data port is, for example {@code http://127.0.0.1:8080}
 * @param targets what is asked, at least one, at most 64, each with a name of its own
 * @param arrivals when requests are sent
 * @param warmup sent but not measured; 0 or longer
 * @param duration measured span; longer than 0
 * @param timeout most time from the intended send time to the end of an answer; longer than 0
 * @param readyWithin how long the target may take to become ready before the run; 0 = it must be ready now
 * @param loops event loops of the generator, in [1, 64]
 * @param connectionsMax most connections of an open loop, in [1, 65536]
 * @param seed of arrivals and tensors: the same seed sends the same requests at the same planned times
 * @param slos goals, may be none
 * @param expected which server must be behind the URL
 * @param latenessP99Max from which lateness of its own the generator declares the run not measured
 * @param trust which certificates are believed when the URL is https
 * @param checkEvery the content of each that many answers is looked at: 1 = of all, 0 = of none
 * @param answerRule what must be true of those, beside what is checked anyway
 */
public record LoadPlan(
        URI url,
        List<LoadTarget> targets,
        Arrivals arrivals,
        Duration warmup,
        Duration duration,
        Duration timeout,
        Duration readyWithin,
        int loops,
        int connectionsMax,
        long seed,
        List<Slo> slos,
        ExpectedServer expected,
        Duration latenessP99Max,
        TlsTrust trust,
        int checkEvery,
        AnswerRule answerRule) {
    private static final int TARGET_COUNT_MAX = 64;

    public LoadPlan {
        targets = List.copyOf(targets);
        slos = List.copyOf(slos);
        Endpoint.of(url);
        requireLongerThanZero("duration", duration);
        requireLongerThanZero("timeout", timeout);
        requireRange("loops", loops, 1, 64);
        requireRange("connections", connectionsMax, 1, 65_536);
        requireRange("checks every", checkEvery, 0, Integer.MAX_VALUE);
        requireRange("number of targets", targets.size(), 1, TARGET_COUNT_MAX);
        Set<String> names = new HashSet<>();
        for (LoadTarget target : targets) {
            if (!names.add(target.name())) {
                throw new IllegalArgumentException(
                        "two targets are called '" + target.name() + "'; give them names with --name");
            }
        }
        for (Slo slo : slos) {
            if (slo.target() != null && !names.contains(slo.target())) {
                throw new IllegalArgumentException(
                        "the goal '" + slo + "' must be about one of " + names + ", got '" + slo.target() + "'");
            }
        }
    }

    private static void requireLongerThanZero(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " must be longer than 0, got " + value);
        }
    }

    private static void requireRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be between " + min + " and " + max + ", got " + value);
        }
    }

    /** Where the server is. */
    public Endpoint endpoint() {
        return Endpoint.of(url);
    }

    /** The path of the server's metadata: {@code /v2}, after the path of {@link #url()} if it has one. */
    public String serverPath() {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return (path.endsWith("/") ? path.substring(0, path.length() - 1) : path) + "/v2";
    }

    /** The path of a target: {@code /v2/models/m}, with the version when one is asked for. */
    public String path(LoadTarget target) {
        return serverPath() + target.path();
    }

    /** The stages of an open loop in turn; a steady rate is one stage, a closed loop has none. */
    public List<Stage> stages() {
        if (arrivals instanceof Arrivals.Constant constant) {
            return List.of(new Stage(constant.perSecond(), constant.perSecond(), duration));
        }
        if (arrivals instanceof Arrivals.Poisson poisson) {
            return List.of(new Stage(poisson.perSecond(), poisson.perSecond(), duration));
        }
        return arrivals instanceof Arrivals.Staged staged ? staged.stages() : List.of();
    }

    /** This plan with other arrivals and another measured span. */
    public LoadPlan with(Arrivals otherArrivals, Duration otherDuration) {
        return new LoadPlan(
                url,
                targets,
                otherArrivals,
                warmup,
                otherDuration,
                timeout,
                readyWithin,
                loops,
                connectionsMax,
                seed,
                slos,
                expected,
                latenessP99Max,
                trust,
                checkEvery,
                answerRule);
    }

    /** A plan for {@code model} behind {@code url} with every other value at its default. */
    public static Builder builder(URI url, String model) {
        return new Builder(url, LoadTarget.of(model));
    }

    /** A plan for one target; more may be added. */
    public static Builder builder(URI url, LoadTarget target) {
        return new Builder(url, target);
    }

    /**
     * Collects the values of a plan; each has a default but the target.
     *
     * <p>Threading: confined to its caller.
     */
    public static final class Builder {
        private final URI url;
        private final List<LoadTarget> targets = new ArrayList<>();
        private Arrivals arrivals = new Arrivals.Closed(16);
        private Duration warmup = Duration.ofSeconds(2);
        private Duration duration = Duration.ofSeconds(30);
        private Duration timeout = Duration.ofSeconds(10);
        private Duration readyWithin = Duration.ZERO;
        private int loops = 1;
        private int connectionsMax = 1024;
        private long seed = 1;
        private final List<Slo> slos = new ArrayList<>();
        private ExpectedServer expected = ExpectedServer.ANY;
        private Duration latenessP99Max = Duration.ofMillis(5);
        private TlsTrust trust = TlsTrust.SYSTEM;
        private int checkEvery = 100;
        private AnswerRule answerRule = AnswerRule.ANY;

        private Builder(URI url, LoadTarget target) {
            this.url = url;
            targets.add(target);
        }

        /** The version that the first target asks for. */
        public Builder version(@Nullable String value) {
            targets.set(0, targets.get(0).withVersion(value));
            return this;
        }

        /** The bodies of the first target. */
        public Builder body(BodySource value) {
            targets.set(0, targets.get(0).withBody(value));
            return this;
        }

        /** One more target. */
        public Builder target(LoadTarget value) {
            targets.add(value);
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

        /** The measured span; stages bring their own, which wins. */
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

        public Builder trust(TlsTrust value) {
            trust = value;
            return this;
        }

        public Builder checkEvery(int value) {
            checkEvery = value;
            return this;
        }

        public Builder answerRule(AnswerRule value) {
            answerRule = value;
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
                    targets,
                    arrivals,
                    warmup,
                    arrivals instanceof Arrivals.Staged staged ? staged.duration() : duration,
                    timeout,
                    readyWithin,
                    loops,
                    connectionsMax,
                    seed,
                    slos,
                    expected,
                    latenessP99Max,
                    trust,
                    checkEvery,
                    answerRule);
        }
    }
}
