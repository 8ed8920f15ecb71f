package dev.sluice.loader.batching;

import dev.sluice.model.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one request that wait and run together: all of them, or a part of a large request.
 *
 * <p>Ownership: carries one reference of the request's inputs from the moment it is queued; whoever takes it out of the queue
 * gives that reference up.
 *
 * <p>Threading: the links and {@code startedNanos} are guarded by the lock of the {@link VersionQueue}; the rest is immutable.
 */
final class RowUnit {
    private final PendingRequest request;
    private final int part;

    boolean waiting;

    /** True once it has left the queue to run; late units leave it without. */
    boolean started;

    long startedNanos;

    @Nullable RowUnit older;

    @Nullable RowUnit newer;

    @Nullable Bucket bucket;

    @Nullable RowUnit bucketOlder;

    @Nullable RowUnit bucketNewer;

    /** Waiting units of equal {@link RowShapes}, oldest first. */
    static final class Bucket {
        final RowShapes shapes;

        @Nullable RowUnit oldest;

        @Nullable RowUnit newest;

        Bucket(RowShapes shapes) {
            this.shapes = shapes;
        }
    }

    /**
     * @param part 0-based position among the parts of its request
     */
    RowUnit(PendingRequest request, int part) {
        this.request = request;
        this.part = part;
    }

    PendingRequest request() {
        return request;
    }

    int part() {
        return part;
    }

    int rows() {
        SplitAssembly assembly = request.assembly();
        return assembly == null
                ? request.rows()
                : assembly.firstRow(part + 1, request.rows()) - assembly.firstRow(part, request.rows());
    }

    /** Cells of its rows, without padding. */
    long cells() {
        return rows() * request.rowCells();
    }

    /** Its share of the bytes of the request's inputs; the shares of all parts add up exactly. */
    long bytes() {
        long bytes = request.bytes();
        SplitAssembly assembly = request.assembly();
        if (assembly == null) {
            return bytes;
        }
        int rows = request.rows();
        return bytes * assembly.firstRow(part + 1, rows) / rows - bytes * assembly.firstRow(part, rows) / rows;
    }

    /** Bytes of inputs of one of its rows, on average. */
    long rowBytes() {
        return request.bytes() / request.rows();
    }

    /** True when the request was split and this is not all of it. */
    boolean isPart() {
        return request.assembly() != null;
    }

    /** True when nobody waits for its outputs any more. */
    boolean isMoot() {
        SplitAssembly assembly = request.assembly();
        return request.hasEnded() || (assembly != null && assembly.isAbandoned());
    }

    /** Its rows of the request's inputs, over the request's memory. */
    List<Tensor> inputs() {
        List<Tensor> all = request.inputs();
        SplitAssembly assembly = request.assembly();
        return assembly == null
                ? all
                : TensorRows.slice(
                        all, assembly.firstRow(part, request.rows()), assembly.firstRow(part + 1, request.rows()));
    }
}
