package dev.sluice.protocol;

import dev.sluice.model.DataType;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The highest entries of each row of an output as text, {@code value:index} or {@code value:index:label}.
 *
 * <p>A row is everything after the first dimension, which is the batch; a tensor of rank 0 or 1 is one row. Highest first,
 * the lower index first among equals, NaN last; fewer than asked for where a row is shorter. Values are written as in JSON.
 *
 * <p>Threading: confined to one thread.
 *
 * @see "Triton's extension: classification"
 */
final class TopClasses {
    private final Tensor tensor;
    private final ByteBuffer memory;
    private final List<String> labels;

    /**
     * @throws InferenceException INVALID_INPUT if the tensor is BYTES or BOOL
     */
    TopClasses(Tensor tensor, List<String> labels) {
        if (tensor.dataType() == DataType.BYTES || tensor.dataType() == DataType.BOOL) {
            throw InferenceException.invalidInput("output " + ClientText.quote(tensor.name())
                    + ": classification needs a numeric output, this one is " + tensor.dataType());
        }
        this.tensor = tensor;
        this.memory = tensor.memory();
        this.labels = labels;
    }

    /** BYTES of shape [batch, n], or [n] for one row without a batch dimension. */
    Tensor top(int classes) {
        Shape shape = tensor.shape();
        boolean batched = shape.rank() > 1;
        int elements = (int) shape.elementCount();
        int rows = batched ? (int) Math.min(shape.dimension(0), elements) : 1;
        int width = rows == 0 ? 0 : elements / rows;
        int kept = Math.min(classes, width);
        ByteSink sink = new ByteSink();
        ByteSink text = new ByteSink();
        for (int row = 0; row < rows; row++) {
            int[] best = best(row * width, width, kept);
            for (int index : best) {
                text.clear();
                entry(row * width, index, text);
                byte[] bytes = text.array();
                int at = sink.ensure(4);
                ByteBuffer.wrap(sink.array()).order(ByteOrder.LITTLE_ENDIAN).putInt(at, text.size());
                sink.advanceTo(at + 4);
                sink.put(bytes, 0, text.size());
            }
        }
        Shape topShape = batched ? Shape.of(shape.dimension(0), kept) : Shape.of(kept);
        return new Tensor(tensor.name(), DataType.BYTES, topShape, ByteBuffer.wrap(sink.toByteArray()));
    }

    /** Index in its row of the highest of {@code width} elements from {@code first}. */
    int best(int first, int width) {
        int best = 0;
        for (int i = 1; i < width; i++) {
            if (precedes(first, i, best)) {
                best = i;
            }
        }
        return best;
    }

    /** The {@code kept} best indices, best first: a heap whose root is the worst of those kept. */
    private int[] best(int first, int width, int kept) {
        int[] heap = new int[kept];
        int size = 0;
        for (int i = 0; i < width && kept > 0; i++) {
            if (size < kept) {
                heap[size++] = i;
                for (int at = size - 1; at > 0 && precedes(first, heap[(at - 1) / 2], heap[at]); at = (at - 1) / 2) {
                    swap(heap, at, (at - 1) / 2);
                }
            } else if (precedes(first, i, heap[0])) {
                heap[0] = i;
                siftDown(first, heap, size);
            }
        }
        for (int left = size - 1; left > 0; left--) {
            swap(heap, 0, left);
            siftDown(first, heap, left);
        }
        return heap;
    }

    private void siftDown(int first, int[] heap, int size) {
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && precedes(first, heap[child], heap[child + 1])) {
                child++;
            }
            if (!precedes(first, heap[at], heap[child])) {
                return;
            }
            swap(heap, at, child);
            at = child;
        }
    }

    private static void swap(int[] heap, int a, int b) {
        int kept = heap[a];
        heap[a] = heap[b];
        heap[b] = kept;
    }

    /** True when element {@code a} of the row stands before element {@code b}. */
    private boolean precedes(int first, int a, int b) {
        int order = compare(first + a, first + b);
        return order > 0 || (order == 0 && a < b);
    }

    private int compare(int a, int b) {
        DataType type = tensor.dataType();
        int bytes = type.byteSize();
        return switch (type) {
            case UINT64 -> Long.compareUnsigned(memory.getLong(a * bytes), memory.getLong(b * bytes));
            case INT64 -> Long.compare(memory.getLong(a * bytes), memory.getLong(b * bytes));
            default -> compareReal(real(a), real(b));
        };
    }

    private static int compareReal(double a, double b) {
        if (Double.isNaN(a) || Double.isNaN(b)) {
            return Boolean.compare(Double.isNaN(b), Double.isNaN(a));
        }
        // Not Double.compare: it puts 0.0 above -0.0.
        return a < b ? -1 : a > b ? 1 : 0;
    }

    private double real(int index) {
        int at = index * tensor.dataType().byteSize();
        return switch (tensor.dataType()) {
            case FP32 -> memory.getFloat(at);
            case FP64 -> memory.getDouble(at);
            case FP16 -> HalfFloats.fp16(memory.getShort(at));
            case BF16 -> HalfFloats.bf16(memory.getShort(at));
            case INT8 -> memory.get(at);
            case INT16 -> memory.getShort(at);
            case INT32 -> memory.getInt(at);
            case UINT8 -> memory.get(at) & 0xFF;
            case UINT16 -> memory.getShort(at) & 0xFFFF;
            case UINT32 -> memory.getInt(at) & 0xFFFF_FFFFL;
            case INT64, UINT64, BOOL, BYTES ->
                throw new IllegalArgumentException(tensor.dataType() + " is not compared as a real number");
        };
    }

    private void entry(int first, int index, ByteSink text) {
        JsonWriter json = text.json();
        int bytes = tensor.dataType().byteSize();
        if (tensor.dataType().isFloatingPoint() && !Double.isFinite(real(first + index))) {
            text.put(Double.toString(real(first + index)));
        } else {
            ElementWriter.write(json, "output", tensor, (first + index) * bytes, 1);
        }
        text.put(':');
        json.signed(index);
        if (index < labels.size()) {
            text.put(':');
            byte[] label = labels.get(index).getBytes(StandardCharsets.UTF_8);
            text.put(label, 0, label.length);
        }
    }
}
