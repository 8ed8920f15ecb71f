package dev.sluice.canary.inputlog.redaction;

import dev.sluice.canary.inputlog.TensorDigest;
import dev.sluice.loader.repository.FieldRule;
import dev.sluice.model.DataType;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Applies the plans of tensors: to the tensors themselves, in memory of their own, or to the digests that are left of them.
 *
 * <p>A tensor that the version does not have goes: clients may call one anything and put anything into it. One that has another
 * datatype or shape than declared is dropped as a whole where any of it has a rule.
 *
 * <p>Threading: stateless.
 */
final class RedactedTensors {
    private RedactedTensors() {}

    /**
     * The tensors as they may be kept.
     *
     * @param tensors are not changed, and their reference stays the caller's
     * @param hash null when nothing is hashed
     * @return the same set where nothing had to be changed, or another with a reference of its own
     */
    static TensorSet of(TensorSet tensors, Function<String, @Nullable TensorPlan> plans, @Nullable KeyedHash hash) {
        if (areKept(tensors, plans)) {
            return tensors;
        }
        List<Tensor> kept = new ArrayList<>(tensors.tensors().size());
        long bytes = 0;
        for (Tensor tensor : tensors.tensors()) {
            TensorPlan plan = plans.apply(tensor.name());
            if (plan != null) {
                kept.add(tensor);
                bytes += byteSizeMax(tensor, plan);
            }
        }
        byte[] memory = new byte[Math.toIntExact(bytes)];
        TensorBlock block = TensorBlock.unpooled(ByteBuffer.wrap(memory));
        List<Tensor> changed = new ArrayList<>(kept.size());
        int at = 0;
        for (Tensor tensor : kept) {
            int length = put(tensor, plans.apply(tensor.name()), hash, memory, at);
            changed.add(Tensor.in(block, at, length, tensor.name(), tensor.dataType(), tensor.shape()));
            at += length;
        }
        return new TensorSet(changed, block);
    }

    private static boolean areKept(TensorSet tensors, Function<String, @Nullable TensorPlan> plans) {
        for (Tensor tensor : tensors.tensors()) {
            TensorPlan plan = plans.apply(tensor.name());
            if (plan == null || !plan.keepsAll()) {
                return false;
            }
        }
        return true;
    }

    private static long byteSizeMax(Tensor tensor, TensorPlan plan) {
        FieldRule rule = wholeRule(tensor, plan);
        return rule != null && tensor.dataType() == DataType.BYTES
                ? TextElements.byteSizeMax(tensor, rule)
                : tensor.byteSize();
    }

    /** The one rule of all elements; null when columns have theirs, or nothing is taken out. */
    private static @Nullable FieldRule wholeRule(Tensor tensor, TensorPlan plan) {
        if (plan.keepsAll()) {
            return null;
        }
        if (!plan.describes(tensor)) {
            return new FieldRule.Drop();
        }
        return plan.columns().size() == 1 ? plan.columns().get(0).rule() : null;
    }

    /** Puts what is kept of a tensor into memory; returns how many bytes that takes. */
    private static int put(Tensor tensor, @Nullable TensorPlan plan, @Nullable KeyedHash hash, byte[] memory, int at) {
        FieldRule whole = plan == null ? new FieldRule.Drop() : wholeRule(tensor, plan);
        if (whole != null && tensor.dataType() == DataType.BYTES) {
            return TextElements.put(tensor, whole, hash, memory, at);
        }
        tensor.base().get(tensor.offset(), memory, at, tensor.byteSize());
        if (whole != null) {
            new NumberElements(memory, at, tensor).apply(whole, hash, 0, 1);
        } else if (plan != null && !plan.keepsAll()) {
            NumberElements elements = new NumberElements(memory, at, tensor);
            for (int i = 0; i < plan.columns().size(); i++) {
                FieldRule rule = plan.columns().get(i).rule();
                if (rule != null) {
                    elements.apply(rule, hash, i, plan.columns().size());
                }
            }
        }
        return tensor.byteSize();
    }

    /**
     * The digests as they may be kept: a checksum tells whether two values were equal, and of which few values it may be, so that
     * there is none of a tensor that has a rule anywhere, nor the length of its texts.
     *
     * @return the same list where nothing had to be changed
     */
    static List<TensorDigest> ofDigests(List<TensorDigest> digests, Function<String, @Nullable TensorPlan> plans) {
        List<TensorDigest> kept = new ArrayList<>(digests.size());
        boolean changed = false;
        for (TensorDigest digest : digests) {
            TensorPlan plan = plans.apply(digest.name());
            if (plan != null && plan.keepsAll()) {
                kept.add(digest);
                continue;
            }
            changed = true;
            if (plan != null) {
                int bytes = digest.dataType() == DataType.BYTES ? 0 : digest.byteSize();
                kept.add(new TensorDigest(digest.name(), digest.dataType(), digest.shape(), bytes, 0));
            }
        }
        return changed ? kept : digests;
    }
}
