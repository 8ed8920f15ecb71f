package dev.sluice.canary.monitor.validation;

import dev.sluice.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Looks at texts. Memory whose lengths contradict each other is left to the check of the signature.
 *
 * <p>Threading: immutable.
 */
final class TextCheck implements TensorCheck {
    /** Bytes of a text that make it into a message; the message shows fewer characters. */
    private static final int SHOWN_BYTES_MAX = 512;

    /** Bytes of a text that tell runs apart. */
    private static final int HASHED_BYTES_MAX = 64;

    private final TensorLayout layout;
    private final TextSet[] values;
    private final boolean[] takesEmpty;
    private final int[] watched;
    private final int runRows;

    /**
     * @param values by column; an empty one = any
     */
    TextCheck(TensorLayout layout, List<TextSet> values, ConstantRuns runs) {
        this.layout = layout;
        this.values = values.toArray(TextSet[]::new);
        this.takesEmpty = new boolean[layout.width()];
        this.watched = new int[layout.width()];
        for (int column = 0; column < watched.length; column++) {
            takesEmpty[column] = layout.feature(column).domain().values().contains("");
            watched[column] = runs.watched(column);
        }
        this.runRows = runs.rows();
    }

    @Override
    public TensorLayout layout() {
        return layout;
    }

    @Override
    public void check(Tensor tensor, Scratch scratch) {
        ByteBuffer memory = tensor.base();
        int at = tensor.offset();
        int end = at + tensor.byteSize();
        int column = 0;
        for (int element = 0; at <= end - Integer.BYTES; element++) {
            int length = memory.getInt(at);
            at += Integer.BYTES;
            if (length < 0 || length > end - at) {
                return;
            }
            if (length == 0 && !takesEmpty[column]) {
                found(tensor, element, column, ValidationKind.MISSING, "an empty text", scratch);
            } else if (!values[column].isEmpty() && !values[column].contains(memory, at, length)) {
                notInDomain(tensor, element, column, at, length, scratch);
            }
            if (watched[column] >= 0) {
                watch(memory, at, length, column, scratch);
            }
            at += length;
            column = column + 1 == values.length ? 0 : column + 1;
        }
    }

    private void watch(ByteBuffer memory, int at, int length, int column, Scratch scratch) {
        RunLengths runs = scratch.runs();
        long hash = TextSet.hash(memory, at, Math.min(length, HASHED_BYTES_MAX)) + length;
        int rows = RunLengths.next(runs.length(watched[column]), hash == runs.value(watched[column]));
        runs.set(watched[column], hash, rows);
        if (rows >= runRows) {
            scratch.add(layout.feature(column), ValidationKind.CONSTANT_RUN, 1);
        }
    }

    private void notInDomain(Tensor tensor, int element, int column, int at, int length, Scratch scratch) {
        String got = "";
        if (scratch.wantsExplanation(layout.feature(column), ValidationKind.NOT_IN_DOMAIN)) {
            byte[] bytes = new byte[Math.min(length, SHOWN_BYTES_MAX)];
            tensor.base().get(at, bytes);
            got = Shown.quoted(new String(bytes, StandardCharsets.UTF_8));
        }
        found(tensor, element, column, ValidationKind.NOT_IN_DOMAIN, got, scratch);
    }

    private void found(Tensor tensor, int element, int column, ValidationKind kind, String got, Scratch scratch) {
        FeatureRule feature = layout.feature(column);
        if (scratch.wantsExplanation(feature, kind)) {
            scratch.explain(layout, tensor, element, feature, kind, got);
        }
        scratch.add(feature, kind, 1);
    }
}
