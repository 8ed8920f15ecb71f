package dev.sluice.loader.lifecycle;

import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.verify.GateStep;
import dev.sluice.model.NanoClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The steps of the gate that one version has taken, with their times.
 *
 * <p>Threading: confined to one load thread.
 */
final class GateLog {
    private final NanoClock clock;
    private final List<GateStep> steps = new ArrayList<>();

    GateLog(NanoClock clock) {
        this.clock = clock;
    }

    /** What a step does. */
    @FunctionalInterface
    interface Step<T> {
        T run() throws ModelLoadException;
    }

    /**
     * Takes a step and writes it down, also when it fails.
     *
     * @param detail what it found, in words
     */
    <T> T step(String name, Step<T> step, Function<T, String> detail) throws ModelLoadException {
        long begin = clock.nanoTime();
        try {
            T result = step.run();
            add(name, begin, detail.apply(result));
            return result;
        } catch (ModelLoadException e) {
            add(e.step(), begin, "failed");
            throw e;
        } catch (RuntimeException | Error e) {
            add(name, begin, "failed");
            throw e;
        }
    }

    private void add(String name, long beginNanos, String detail) {
        steps.add(new GateStep(name, Duration.ofNanos(clock.nanoTime() - beginNanos), detail));
    }

    /** Those that were taken, in order. */
    List<GateStep> steps() {
        return List.copyOf(steps);
    }
}
