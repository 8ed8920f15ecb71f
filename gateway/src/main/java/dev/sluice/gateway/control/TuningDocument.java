package dev.sluice.gateway.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.loader.tuning.CostCurve;
import dev.sluice.loader.tuning.Tuning;

/**
 * What runs of a version cost, what was chosen because of that, and why.
 *
 * <p>Threading: stateless.
 */
final class TuningDocument {
    private static final double NANOS_PER_MICRO = 1_000;

    private TuningDocument() {}

    static ObjectNode of(ReadyVersion version) {
        Tuning tuning = version.tuning().current();
        CostCurve curve = tuning.curve();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("name", version.key().name());
        node.put("version", Long.toString(version.key().version()));
        node.put("device", version.device().toString());
        ObjectNode chosen = node.putObject("chosen");
        chosen.put("execution", tuning.execution().toString());
        chosen.put("max_batch_size", version.tuning().rowsMax());
        if (version.tuning().cellsMax() > 0) {
            chosen.put("max_cells", version.tuning().cellsMax());
        }
        chosen.put("parallel_runs", tuning.parallelRuns());
        ArrayNode configured = node.putArray("configured");
        for (Tuning.Choice choice : Tuning.Choice.values()) {
            if (tuning.configured().contains(choice)) {
                configured.add("batching." + choice.key());
            }
        }
        node.put("reason", tuning.reason());
        node.putObject("batching")
                .put("batched", version.batching().batched())
                .put("verdict", version.batching().level().word())
                .put("padding", version.batching().padding().toString())
                .put("reason", version.batching().reason());
        ArrayNode points = node.putArray("curve");
        for (CostCurve.Point point : curve.points()) {
            points.addObject()
                    .put("rows", point.rows())
                    .put("run_micros", point.runNanos() / NANOS_PER_MICRO)
                    .put("rows_per_second", Math.round(point.rowsPerSecond()));
        }
        node.put("knee_rows", curve.knee());
        node.put("knee_cells", tuning.cellsAtKnee());
        if (curve.isKnown()) {
            node.put("clock", curve.isCpuTime() ? "cpu" : "elapsed");
        }
        node.put("measured_at", tuning.measuredAt().toString());
        node.put("rechecks", version.tuning().checkCount());
        node.put("changes", version.tuning().changeCount());
        return node;
    }
}
