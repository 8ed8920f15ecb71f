package dev.sluice.gateway.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.canary.feedback.FeedbackReport;
import dev.sluice.canary.feedback.FeedbackStore;
import dev.sluice.canary.feedback.GivenLabel;
import dev.sluice.canary.feedback.LabelAnswer;
import dev.sluice.canary.feedback.LabelOutcome;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Labels for predictions, and what has come of them.
 *
 * <p>Threading: thread-safe; never blocks.
 */
public final class FeedbackService {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Optional<FeedbackStore> store;
    private final Supplier<ServingSnapshot> models;

    /**
     * @param store empty where the state is in memory alone, so that nothing could be kept
     */
    public FeedbackService(Optional<FeedbackStore> store, Supplier<ServingSnapshot> models) {
        this.store = store;
        this.models = models;
    }

    /**
     * Whether labels of that model are taken.
     *
     * @throws InferenceException with MODEL_NOT_FOUND, or with CONFLICT where they are not
     */
    public void requireOffered(String model) {
        ServingSnapshot snapshot = models.get();
        ModelDefinition definition = snapshot.definitions().get(model);
        if (definition == null) {
            throw snapshot.unavailable(model);
        }
        if (!definition.config().monitoring().feedback().enabled()) {
            throw new InferenceException(
                    ErrorCode.CONFLICT,
                    "model '" + model + "' takes no feedback: feedback.enabled is false in its configuration");
        }
        required();
    }

    private FeedbackStore required() {
        return store.orElseThrow(() -> new InferenceException(
                ErrorCode.CONFLICT,
                "feedback is not kept: this server has no folder for its state; state-dir names one"));
    }

    /**
     * Joins labels to a model's predictions.
     *
     * @return completes on a thread of the store, once they survive the process
     */
    public CompletionStage<LabelAnswer> label(String model, List<GivenLabel> labels) {
        return required().label(model, labels);
    }

    /** What has come of a model's predictions and labels. */
    public ObjectNode report(String model) {
        FeedbackReport.Model report = required().report().models().get(model);
        ObjectNode json = JSON.objectNode().put("model", model);
        ObjectNode labels = json.putObject("labels");
        for (LabelOutcome outcome : LabelOutcome.values()) {
            labels.put(outcome.word(), report == null ? 0 : report.labels(outcome));
        }
        ObjectNode predictions = json.putObject("predictions");
        predictions.put("total", report == null ? 0 : report.predicted());
        predictions.put("remembered", report == null ? 0 : report.remembered());
        predictions.put("waiting", report == null ? 0 : report.remembered() - report.labelled());
        predictions.put("expired", report == null ? 0 : report.expired());
        predictions.put("displaced", report == null ? 0 : report.displaced());
        ArrayNode coverage = json.putArray("coverage");
        if (report != null) {
            report.versions()
                    .forEach((version, covered) -> coverage.addObject()
                            .put("version", Long.toString(version))
                            .put("predictions", covered.remembered())
                            .put("labelled", covered.labelled())
                            .put("share", covered.share()));
        }
        lag(json, report);
        return json;
    }

    private static void lag(ObjectNode json, FeedbackReport.@Nullable Model report) {
        long count = report == null
                ? 0
                : report.lagCounts().stream().mapToLong(Long::longValue).sum();
        ObjectNode lag = json.putObject("lag_seconds").put("count", count);
        if (report != null && count > 0) {
            lag.put("mean", report.lagSeconds() / count);
            lag.put("p50", report.lagSecondsQuantile(0.5));
            lag.put("p90", report.lagSecondsQuantile(0.9));
            lag.put("p99", report.lagSecondsQuantile(0.99));
        }
    }
}
