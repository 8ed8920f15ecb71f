package dev.sluice.loadtest.proof.versions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.loadtest.AnswerRule;
import dev.sluice.loadtest.proof.server.ModelAnswer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Knows which versions may answer, and by the answer itself whether the one that says so has.
 *
 * <p>Bound: the versions that a proof publishes.
 *
 * <p>Threading: thread-safe.
 */
public final class GoodVersions implements AnswerRule {
    private final double first;
    private final Set<Long> good = ConcurrentHashMap.newKeySet();

    /**
     * @param first what version 1 answers: the probability of the second class
     */
    public GoodVersions(double first) {
        this.first = first;
        good.add(1L);
    }

    /** From now on this version may answer. */
    public void add(long version) {
        good.add(version);
    }

    @Override
    public @Nullable String complaint(byte[] json) {
        return complaint(new ModelAnswer(200, new String(json, StandardCharsets.UTF_8)));
    }

    /** What is wrong with a successful answer, or null. */
    public @Nullable String complaint(ModelAnswer answer) {
        JsonNode json = answer.json();
        Optional<Long> version = ModelAnswer.version(json);
        if (version.isEmpty()) {
            return "the answer does not name its version";
        }
        if (!good.contains(version.get())) {
            return "version " + version.get() + " answered, which is not good";
        }
        double probability = ModelAnswer.value(json, NumberedModel.OUTPUT, 1);
        return NumberedModel.matches(first, version.get(), probability)
                ? null
                : String.format(
                        Locale.ROOT,
                        "version %d must answer %.6f, got %.6f",
                        version.get(),
                        NumberedModel.expected(first, version.get()),
                        probability);
    }
}
