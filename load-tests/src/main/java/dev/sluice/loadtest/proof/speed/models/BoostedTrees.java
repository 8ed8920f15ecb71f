package dev.sluice.loadtest.proof.speed.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A binary classifier of boosted trees, shaped as XGBoost's exporter writes it: 500 complete trees of depth 6 over 100
 * features, probabilities by the logistic function. Splits are drawn at random inside what the splits above leave of a feature's
 * range, so that rows of values in [-1, 1) take every path.
 *
 * <p>Input {@code x} FP32 [batch, 100]; outputs {@code label} INT64 [batch] and {@code probabilities} FP32 [batch, 2].
 *
 * <p>Threading: stateless.
 *
 * @see "ONNX operators, ai.onnx.ml.TreeEnsembleClassifier, version 3"
 */
public final class BoostedTrees {
    private static final int TREES = 500;
    private static final int DEPTH = 6;
    /** How many features a row has. */
    public static final int FEATURES = 100;

    private static final int BRANCHES = (1 << DEPTH) - 1;
    private static final int NODES = (1 << (DEPTH + 1)) - 1;
    private static final int LEAVES = 1 << DEPTH;

    private final SplittableRandom random;
    private final long[] treeIds = new long[TREES * NODES];
    private final long[] nodeIds = new long[TREES * NODES];
    private final long[] featureIds = new long[TREES * NODES];
    private final long[] trueIds = new long[TREES * NODES];
    private final long[] falseIds = new long[TREES * NODES];
    private final float[] thresholds = new float[TREES * NODES];
    private final List<String> modes = new ArrayList<>(TREES * NODES);
    private final long[] leafTrees = new long[TREES * LEAVES];
    private final long[] leafNodes = new long[TREES * LEAVES];
    private final float[] leafWeights = new float[TREES * LEAVES];

    private BoostedTrees(long seed) {
        random = new SplittableRandom(seed);
        for (int tree = 0; tree < TREES; tree++) {
            float[][] ranges = new float[FEATURES][];
            Arrays.setAll(ranges, feature -> new float[] {-1, 1});
            for (int node = 0; node < NODES; node++) {
                int at = tree * NODES + node;
                treeIds[at] = tree;
                nodeIds[at] = node;
                modes.add(node < BRANCHES ? "BRANCH_LT" : "LEAF");
            }
            grow(tree, 0, ranges);
        }
    }

    /** The model file. */
    public static byte[] model(long seed) {
        return new BoostedTrees(seed).write();
    }

    /** Nodes are numbered as in a heap: the children of n are 2n + 1 and 2n + 2. */
    private void grow(int tree, int node, float[][] ranges) {
        if (node >= BRANCHES) {
            int leaf = tree * LEAVES + node - BRANCHES;
            leafTrees[leaf] = tree;
            leafNodes[leaf] = node;
            leafWeights[leaf] = (float) (random.nextDouble(-1, 1) * 0.05);
            return;
        }
        int at = tree * NODES + node;
        int feature = random.nextInt(FEATURES);
        float[] range = ranges[feature];
        // Away from the ends of the range, as a split that leaves enough rows on both sides is.
        float threshold = (float) (range[0] + (range[1] - range[0]) * random.nextDouble(0.25, 0.75));
        featureIds[at] = feature;
        thresholds[at] = threshold;
        trueIds[at] = 2L * node + 1;
        falseIds[at] = 2L * node + 2;
        ranges[feature] = new float[] {range[0], threshold};
        grow(tree, 2 * node + 1, ranges);
        ranges[feature] = new float[] {threshold, range[1]};
        grow(tree, 2 * node + 2, ranges);
        ranges[feature] = range;
    }

    private byte[] write() {
        float[] hitRates = new float[TREES * NODES];
        Arrays.fill(hitRates, 1);
        OnnxNode ensemble = new OnnxNode(
                        "ai.onnx.ml", "TreeEnsembleClassifier", List.of("x"), List.of("label", "probabilities"))
                .reals("base_values", 0)
                .numbers("class_ids", new long[TREES * LEAVES])
                .numbers("class_nodeids", leafNodes)
                .numbers("class_treeids", leafTrees)
                .reals("class_weights", leafWeights)
                .numbers("classlabels_int64s", 0, 1)
                .numbers("nodes_falsenodeids", falseIds)
                .numbers("nodes_featureids", featureIds)
                .reals("nodes_hitrates", hitRates)
                .numbers("nodes_missing_value_tracks_true", new long[TREES * NODES])
                .texts("nodes_modes", modes)
                .numbers("nodes_nodeids", nodeIds)
                .numbers("nodes_treeids", treeIds)
                .numbers("nodes_truenodeids", trueIds)
                .reals("nodes_values", thresholds)
                .text("post_transform", "LOGISTIC");
        return new OnnxGraphParts()
                .name("boosted-trees")
                .add(ensemble)
                .input("x", OnnxGraphParts.FLOAT, OnnxGraphParts.BATCH, FEATURES)
                .output("label", OnnxGraphParts.INT64, OnnxGraphParts.BATCH)
                .output("probabilities", OnnxGraphParts.FLOAT, OnnxGraphParts.BATCH, 2)
                .toModel();
    }
}
