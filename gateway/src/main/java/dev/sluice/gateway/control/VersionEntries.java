package dev.sluice.gateway.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.gateway.resilience.BreakerReport;
import dev.sluice.gateway.resilience.BreakerState;
import dev.sluice.gateway.resilience.Breakers;
import dev.sluice.loader.lifecycle.ModelState;
import dev.sluice.loader.lifecycle.ReadyVersion;
import dev.sluice.loader.lifecycle.ServingSnapshot;
import dev.sluice.loader.lifecycle.VersionStatus;
import dev.sluice.loader.repository.ModelDefinition;
import dev.sluice.loader.verify.BatchVerdict;
import dev.sluice.loader.verify.GateStep;
import dev.sluice.model.ModelKey;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the repository index and the list of models say about the versions of a model.
 *
 * <p>Threading: stateless.
 */
final class VersionEntries {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final double NANOS_PER_MICRO = 1_000;
    private static final double MICROS_PER_MILLI = 1_000;

    private VersionEntries() {}

    /** One object for each version of that model that is known, ascending; those that were unloaded among them. */
    static ArrayNode of(
            ServingSnapshot snapshot, ModelDefinition definition, Map<String, Long> labels, Breakers breakers) {
        ArrayNode entries = JSON.arrayNode();
        String name = definition.name();
        TreeSet<Long> versions = new TreeSet<>();
        snapshot.statuses(name).forEach(status -> versions.add(status.key().version()));
        definition.available().forEach(files -> {
            if (definition.intent().stoppedVersions().contains(files.key().version())) {
                versions.add(files.key().version());
            }
        });
        for (long version : versions) {
            ModelKey key = new ModelKey(name, version);
            VersionStatus status = snapshot.status(key);
            ObjectNode entry = entries.addObject();
            entry.put("version", Long.toString(version));
            entry.put("state", status == null ? "UNAVAILABLE" : protocolState(status.state()));
            entry.put("reason", status == null ? Availability.UNLOADED : reason(status, definition, breakers));
            ReadyVersion ready = snapshot.ready(key);
            if (status != null && ready != null && status.state() == ModelState.READY) {
                entry.set("batching", verdict(ready.batching()));
                BreakerReport breaker = breakers.report(key);
                if (breaker != null) {
                    entry.set("breaker", breaker(breaker));
                }
            }
            labels(entry, version, labels);
            if (status != null && !status.steps().isEmpty()) {
                entry.set("steps", steps(status.steps()));
            }
        }
        return entries;
    }

    private static void labels(ObjectNode entry, long version, Map<String, Long> labels) {
        List<String> own = labels.entrySet().stream()
                .filter(label -> label.getValue() == version)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (!own.isEmpty()) {
            ArrayNode list = entry.putArray("labels");
            own.forEach(list::add);
        }
    }

    /** Whether answers depend on the batch that they are computed in. */
    private static ObjectNode verdict(BatchVerdict verdict) {
        ObjectNode node = JSON.objectNode();
        node.put("verdict", verdict.level().word());
        if (verdict.tolerance() > 0) {
            node.put("tolerance", verdict.tolerance()).put("difference", verdict.difference());
        }
        node.put("padding", verdict.padding().rule() != null);
        return node;
    }

    /** What the circuit breaker lets through, and what it has counted where that is not everything. */
    private static ObjectNode breaker(BreakerReport report) {
        ObjectNode node = JSON.objectNode();
        node.put("state", report.state().word());
        if (report.state() != BreakerState.CLOSED) {
            node.put("failed", report.failed()).put("counted", report.counted());
            node.put("since", report.since().toString());
        }
        if (report.state() == BreakerState.OPEN) {
            node.put("tried_at", report.triedAt().toString());
        }
        return node;
    }

    private static ArrayNode steps(List<GateStep> steps) {
        ArrayNode list = JSON.arrayNode();
        for (GateStep step : steps) {
            ObjectNode node = list.addObject();
            node.put("name", step.name());
            node.put("ms", Math.round(step.duration().toNanos() / NANOS_PER_MICRO) / MICROS_PER_MILLI);
            if (!step.detail().isEmpty()) {
                node.put("detail", step.detail());
            }
        }
        return list;
    }

    private static String reason(VersionStatus status, ModelDefinition definition, Breakers breakers) {
        if (status.state() == ModelState.DORMANT && status.reason().isEmpty()) {
            return "is loaded when its first request comes";
        }
        String loading = status.step().isEmpty() ? status.reason() : "step " + status.step() + ": " + status.reason();
        String faulty = definition.problems().isEmpty() || status.state() != ModelState.READY
                ? ""
                : "serves as configured before, now it is " + String.join("; ", definition.problems());
        return Stream.of(loading, faulty, breakers.reason(status.key()))
                .filter(each -> !each.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private static String protocolState(ModelState state) {
        return switch (state) {
            case READY -> "READY";
            case REGISTERED, LOADING -> "LOADING";
            case DRAINING -> "UNLOADING";
            case DORMANT, CLOSED, QUARANTINED -> "UNAVAILABLE";
        };
    }
}
