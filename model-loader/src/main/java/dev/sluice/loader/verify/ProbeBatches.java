package dev.sluice.loader.verify;

import dev.sluice.model.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Batches of made-up rows, one after the other: each begins where the last one ended, so that rows come again only after all
 * others.
 *
 * <p>Bound: the memory of the rows, which lasts as long as this object.
 *
 * <p>Threading: confined to one thread.
 */
public final class ProbeBatches {
    private final SyntheticRows rows;
    private final int count;
    private int next;

    /**
     * @param count how many rows there are
     */
    ProbeBatches(SyntheticRows rows, int count) {
        this.rows = rows;
        this.count = count;
    }

    /**
     * All inputs with the next rows, without a copy.
     *
     * @param size of the batch in rows, from 1 to what was asked for
     */
    public List<Tensor> next(int size) {
        if (next + size > count) {
            next = 0;
        }
        int from = next;
        next += size;
        return rows.batch(IntStream.range(from, next).toArray());
    }
}
