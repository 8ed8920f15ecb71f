package dev.sluice.canary.monitor.profile;

import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.verify.Candidate;
import dev.sluice.loader.verify.VersionCheck;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds a version to the features of its profile: the profile is of this very file, its features lie in the model's inputs, and
 * serving has them in the order of training.
 *
 * <p>Columns are compared with {@code features} in the model's configuration, features that are inputs of their own with the
 * order of the inputs.
 *
 * <p>Threading: thread-safe. Blocking; called on load threads.
 */
final class FeatureOrderCheck implements VersionCheck {
    static final String STEP = "features";

    @Override
    public String step() {
        return STEP;
    }

    @Override
    public String check(Candidate candidate) throws ModelLoadException {
        Optional<ReferenceProfile> profile;
        try {
            profile = ProfileReader.readIn(candidate.files().folder());
        } catch (ProfileException e) {
            throw new ModelLoadException(STEP, String.valueOf(e.getMessage()), e);
        }
        if (profile.isEmpty()) {
            return "no profile";
        }
        requireThisModel(candidate, profile.get().model());
        FeatureOrder order = profile.get().order();
        requireFits(order, candidate.signature());
        boolean compared = requireSameOrder(order, candidate);
        return order.features().size() + (compared ? " features in the order of training" : " features as in training");
    }

    private static void requireThisModel(Candidate candidate, ProfiledModel model) throws ModelLoadException {
        if (model.sha256().isEmpty()) {
            return;
        }
        String actual;
        try {
            actual = Sha256.of(candidate.files().modelFile());
        } catch (IOException e) {
            throw new ModelLoadException(STEP, "the model file cannot be read: " + e.getMessage(), e);
        }
        if (!actual.equals(model.sha256().get())) {
            throw new ModelLoadException(
                    STEP,
                    "profile.json is of another model: it was written for a file with SHA-256 "
                            + model.sha256().get() + ", "
                            + candidate.files().modelFile().getFileName() + " has " + actual);
        }
    }

    private static void requireFits(FeatureOrder order, ModelSignature signature) throws ModelLoadException {
        Set<String> covered = new LinkedHashSet<>();
        for (int i = 0; i < order.features().size(); i++) {
            Feature feature = order.features().get(i);
            String reason = misfit(feature, signature);
            if (reason != null) {
                throw new ModelLoadException(
                        STEP, "feature " + i + " '" + feature.name() + "' of profile.json " + reason);
            }
            covered.add(feature.tensor());
        }
        for (TensorSpec input : signature.inputs()) {
            if (!covered.contains(input.name())) {
                throw new ModelLoadException(
                        STEP, "no feature of profile.json lies in input '" + input.name() + "' of the model");
            }
            long columns = order.features().stream()
                    .filter(feature -> feature.isColumn() && feature.tensor().equals(input.name()))
                    .count();
            long width =
                    columns == 0 ? 0 : input.shape().dimension(input.shape().rank() - 1);
            if (columns > 0 && width != Shape.DYNAMIC && width != columns) {
                throw new ModelLoadException(
                        STEP,
                        "profile.json has " + columns + " features in input '" + input.name() + "', which has " + width
                                + " columns");
            }
        }
    }

    private static @Nullable String misfit(Feature feature, ModelSignature signature) {
        TensorSpec input = signature.input(feature.tensor());
        if (input == null) {
            List<String> names = signature.inputs().stream()
                    .map(each -> "'" + each.name() + "'")
                    .toList();
            return "lies in input '" + feature.tensor() + "', the model has " + String.join(", ", names);
        }
        if (feature.dataType() != input.dataType()) {
            return "is " + feature.dataType() + ", input '" + input.name() + "' of the model is " + input.dataType();
        }
        if (!isCompatible(feature.shape(), input.shape())
                || (feature.isColumn() && input.shape().rank() == 0)) {
            return "lies in an input of shape " + feature.shape() + ", input '" + input.name() + "' of the model has "
                    + input.shape();
        }
        return null;
    }

    private static boolean isCompatible(Shape profiled, Shape declared) {
        if (profiled.rank() != declared.rank()) {
            return false;
        }
        for (int i = 0; i < profiled.rank(); i++) {
            long mine = profiled.dimension(i);
            long its = declared.dimension(i);
            if (mine != its && mine != Shape.DYNAMIC && its != Shape.DYNAMIC) {
                return false;
            }
        }
        return true;
    }

    /** False when there is nothing to compare with. */
    private static boolean requireSameOrder(FeatureOrder order, Candidate candidate) throws ModelLoadException {
        if (order.isColumns()) {
            List<String> configured = candidate.config().features();
            if (configured.isEmpty()) {
                return false;
            }
            requireEqual(order.names(), configured, "model.yaml features");
            return true;
        }
        List<String> tensors = new ArrayList<>();
        order.features().forEach(feature -> tensors.add(feature.tensor()));
        requireEqual(
                tensors,
                candidate.signature().inputs().stream().map(TensorSpec::name).toList(),
                "the model's inputs");
        return true;
    }

    private static void requireEqual(List<String> profiled, List<String> others, String where)
            throws ModelLoadException {
        for (int i = 0; i < Math.max(profiled.size(), others.size()); i++) {
            String mine = i < profiled.size() ? "'" + profiled.get(i) + "'" : "missing";
            String other = i < others.size() ? "'" + others.get(i) + "'" : "missing";
            if (!mine.equals(other)) {
                throw new ModelLoadException(
                        STEP, "feature " + i + " is " + mine + " in profile.json and " + other + " in " + where);
            }
        }
    }
}
