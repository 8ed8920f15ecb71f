package dev.sluice.canary.inputlog.redaction;

import dev.sluice.loader.repository.LogConfig;
import dev.sluice.loader.repository.ModelConfig;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.settings.NearestWord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The names that rules may speak of: those of a version's tensors and features, and of what every record has.
 *
 * <p>Threading: immutable.
 */
final class LogFields {
    static final String CLIENT_ID = "client_id";
    static final String TRACE_ID = "trace_id";
    static final String ERROR = "error";
    static final String PARAMETERS = "parameters";
    static final String PARAMETER_PREFIX = "parameters.";

    private static final List<String> ALWAYS = List.of(CLIENT_ID, TRACE_ID, PARAMETERS, ERROR);

    private final Set<String> ofModel = new LinkedHashSet<>();
    private final List<String> columns;

    LogFields(ModelConfig config, ModelSignature signature) {
        columns = columns(config.features(), signature);
        ofModel.addAll(columns);
        signature.inputs().forEach(input -> ofModel.add(input.name()));
        signature.outputs().forEach(output -> ofModel.add(output.name()));
    }

    /** Names along the last dimension of the only input; empty where features are not columns. */
    private static List<String> columns(List<String> features, ModelSignature signature) {
        if (features.isEmpty() || signature.inputs().size() != 1) {
            return List.of();
        }
        Shape shape = signature.inputs().get(0).shape();
        boolean one = features.size() == 1 && shape.rank() == 1;
        long width = shape.rank() < 2 ? 0 : shape.dimension(shape.rank() - 1);
        return one || width == features.size() || width == Shape.DYNAMIC ? features : List.of();
    }

    /** Names along the last dimension of the only input, or of the only feature that it is; empty where there are none. */
    List<String> columns() {
        return columns;
    }

    /** Whether a tensor or a feature bears that name. */
    boolean isOfModel(String name) {
        return ofModel.contains(name);
    }

    /** What can be named, the model's own first. */
    Set<String> all() {
        Set<String> all = new LinkedHashSet<>(ofModel);
        all.addAll(ALWAYS);
        return all;
    }

    /** The names in the rules that nothing bears, those of {@code log.redact} first. */
    List<UnknownField> unknownIn(LogConfig log) {
        List<UnknownField> unknown = new ArrayList<>();
        addUnknown("log.redact", log.redact().keySet(), unknown);
        log.allow().ifPresent(allowed -> addUnknown("log.allow", allowed, unknown));
        return unknown;
    }

    private void addUnknown(String setting, Collection<String> names, List<UnknownField> unknown) {
        Set<String> known = all();
        for (String name : new TreeSet<>(names)) {
            boolean parameter = name.startsWith(PARAMETER_PREFIX) && name.length() > PARAMETER_PREFIX.length();
            if (!parameter && !known.contains(name)) {
                unknown.add(new UnknownField(setting, name, NearestWord.of(name, known)));
            }
        }
    }
}
