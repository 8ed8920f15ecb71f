package dev.sluice.loader.batching;

import dev.sluice.loader.padding.PaddedRows;
import dev.sluice.loader.padding.PaddingRule;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferTiming;
import dev.sluice.model.InferenceException;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one batch: gather, run, scatter, reply. A batch that fails is repeated in parts so that only the request that
 * causes the failure fails.
 *
 * <p>A single unit runs on the memory of its own request. The outputs of several are slices of one block, which each answer
 * retains. Rows of different lengths are padded while they are gathered, and their outputs cut back.
 *
 * <p>Threading: blocking; confined to one thread, which may be an inference thread or, for inline versions, an event loop.
 */
final class BatchRun {
    private final Batcher batcher;
    private final BatchResources resources;
    private final Batch batch;
    private final @Nullable InlineGuard guard;
    private final Replies replies;

    /**
     * @param guard watches runs on an event loop; null elsewhere
     */
    BatchRun(Batcher batcher, BatchResources resources, Batch batch, @Nullable InlineGuard guard) {
        this.batcher = batcher;
        this.resources = resources;
        this.batch = batch;
        this.guard = guard;
        this.replies = new Replies(batch.units().size());
    }

    /** Runs and replies. Does not throw, whatever the model does. */
    void execute() {
        try {
            endExpired();
            List<RowUnit> wanted = wanted(batch.units());
            if (!wanted.isEmpty()) {
                attempt(wanted, true);
            }
        } catch (RuntimeException | Error e) {
            // Replies that are there already come first and win.
            InferenceException failure = unexpected(e);
            batch.units().forEach(unit -> replies.fail(unit.request(), failure));
        } finally {
            try {
                batch.units().forEach(unit -> unit.request().releaseInputs());
            } finally {
                replies.send();
            }
        }
    }

    private void endExpired() {
        for (RowUnit unit : batch.expired()) {
            unit.request().releaseInputs();
            replies.fail(unit.request(), unit.request().deadlineWhileQueued(batch.startedNanos()));
        }
        replies.send();
    }

    private static List<RowUnit> wanted(List<RowUnit> units) {
        for (RowUnit unit : units) {
            if (unit.isMoot()) {
                return units.stream().filter(u -> !u.isMoot()).toList();
            }
        }
        return units;
    }

    private void attempt(List<RowUnit> units, boolean mayHalve) {
        InferenceException failure;
        try {
            String mismatch = run(units);
            if (mismatch == null) {
                if (units.size() > 1) {
                    batcher.batchSucceeded();
                }
            } else {
                batcher.switchOff(mismatch);
                units.forEach(this::runWhole);
            }
            return;
        } catch (InferenceException e) {
            failure = e;
        }
        if (units.size() == 1) {
            fail(units.get(0), failure);
            return;
        }
        switch (failure.code()) {
            case DEVICE_OUT_OF_MEMORY -> {
                if (mayHalve) {
                    batcher.recorder().repeated();
                    int half = units.size() / 2;
                    attempt(units.subList(0, half), false);
                    attempt(units.subList(half, units.size()), false);
                } else {
                    failAll(units, failure);
                }
            }
            // Too large as a whole, or no memory to gather all of them, is no fault of a part.
            case MODEL_FAILED, INVALID_INPUT, BUG, PAYLOAD_TOO_LARGE, OVERLOADED ->
                repeatOneByOne(units, failure.code());
            default -> failAll(units, failure);
        }
    }

    private void failAll(List<RowUnit> units, InferenceException failure) {
        units.forEach(unit -> fail(unit, failure));
    }

    private void fail(RowUnit unit, InferenceException failure) {
        // A part that is not waited for any more says nothing about its request.
        if (!unit.isMoot()) {
            replies.fail(unit.request(), failure);
        }
    }

    /** Replies to each at once, so that its memory is free for the next. */
    private void repeatOneByOne(List<RowUnit> units, ErrorCode why) {
        batcher.recorder().repeated();
        boolean allSucceeded = true;
        for (RowUnit unit : units) {
            if (unit.isMoot()) {
                continue;
            }
            try {
                if (run(List.of(unit)) != null) {
                    runWhole(unit);
                }
            } catch (InferenceException e) {
                allSucceeded = false;
                fail(unit, e);
            }
            replies.send();
        }
        if (allSucceeded && why == ErrorCode.MODEL_FAILED) {
            batcher.onlyBatchFailed();
        }
    }

    /**
     * Runs units together and replies to them.
     *
     * @return null, or how the outputs are not one row per input row although they have to be taken apart or joined
     */
    private @Nullable String run(List<RowUnit> units) {
        try {
            return runTogether(units);
        } catch (InferenceException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw unexpected(e);
        }
    }

    private @Nullable String runTogether(List<RowUnit> units) {
        RowUnit first = units.get(0);
        boolean several = units.size() > 1;
        RunExtent extent = RunExtent.of(units);
        long begin = resources.nanoClock().nanoTime();
        TensorSet gathered = several ? gather(units, extent) : null;
        long inferBegin;
        TensorSet outputs;
        try {
            inferBegin = resources.nanoClock().nanoTime();
            outputs = compute(gathered == null ? first.inputs() : gathered.tensors(), first.request());
        } finally {
            if (gathered != null) {
                gathered.release();
            }
        }
        long inferEnd = resources.nanoClock().nanoTime();
        List<TensorSet> answers = List.of();
        try {
            String mismatch = several || first.isPart() ? mismatch(outputs, extent) : null;
            if (mismatch != null) {
                return mismatch;
            }
            answers = several ? scatter(outputs, units) : List.of(outputs);
        } finally {
            if (answers.isEmpty()) {
                outputs.release();
            }
        }
        long end = resources.nanoClock().nanoTime();
        InferTiming timing = new InferTiming(inferBegin - begin, inferEnd - inferBegin, end - inferEnd, extent.rows());
        batcher.ran(extent.rows(), extent.cells(), extent.paddingCells(), timing);
        for (int i = 0; i < units.size(); i++) {
            try {
                answer(units.get(i), ownLength(units.get(i), answers.get(i), extent), timing);
            } catch (InferenceException e) {
                fail(units.get(i), e);
            } catch (RuntimeException | Error e) {
                // The others of the batch have answers.
                replies.fail(units.get(i).request(), unexpected(e));
            }
        }
        return null;
    }

    private TensorSet gather(List<RowUnit> units, RunExtent extent) {
        List<List<Tensor>> parts = new ArrayList<>(units.size());
        for (int i = 0; i < units.size(); i++) {
            parts.add(units.get(i).inputs());
        }
        PaddingRule padding = batcher.padding();
        return extent.isPadded() && padding != null
                ? PaddedRows.join(resources.pool()::acquire, padding, parts, extent.length())
                : TensorRows.join(resources.pool(), parts);
    }

    /** The unit's outputs without the positions that padding added; takes over {@code outputs}. */
    private TensorSet ownLength(RowUnit unit, TensorSet outputs, RunExtent extent) {
        PaddingRule padding = batcher.padding();
        int length = unit.request().length();
        return extent.isPadded() && padding != null && length < extent.length()
                ? PaddedRows.cut(resources.pool()::acquire, padding, outputs, length)
                : outputs;
    }

    /** Runs the request of a unit as it was sent, when a batch or a part of it cannot be had from this model. */
    private void runWhole(RowUnit unit) {
        PendingRequest request = unit.request();
        SplitAssembly assembly = request.assembly();
        if (request.hasEnded() || (assembly != null && !assembly.claimWhole())) {
            return;
        }
        try {
            long begin = resources.nanoClock().nanoTime();
            TensorSet outputs = compute(request.inputs(), request);
            InferTiming timing = new InferTiming(0, resources.nanoClock().nanoTime() - begin, 0, 1);
            batcher.ran(1, request.rows() * request.rowCells(), 0, timing);
            replies.succeed(request, batcher.response(outputs, queueNanos(request), timing));
        } catch (InferenceException e) {
            replies.fail(request, e);
        }
    }

    private TensorSet compute(List<Tensor> inputs, PendingRequest request) {
        if (guard == null) {
            return runModel(inputs, request);
        }
        long cpuBegin = guard.begin();
        long begin = resources.nanoClock().nanoTime();
        try {
            return runModel(inputs, request);
        } finally {
            batcher.ranInline(cpuBegin, resources.nanoClock().nanoTime() - begin);
        }
    }

    private TensorSet runModel(List<Tensor> inputs, PendingRequest request) {
        try {
            return batcher.model().run(inputs, request.outputs());
        } catch (InferenceException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw unexpected(e);
        }
    }

    private InferenceException unexpected(Throwable cause) {
        return new InferenceException(ErrorCode.BUG, batcher.described() + " failed unexpectedly", cause);
    }

    private @Nullable String mismatch(TensorSet outputs, RunExtent extent) {
        PaddingRule padding = extent.isPadded() ? batcher.padding() : null;
        List<Tensor> tensors = outputs.tensors();
        for (int i = 0; i < tensors.size(); i++) {
            Tensor output = tensors.get(i);
            Shape shape = output.shape();
            Integer axis = padding == null ? null : padding.outputAxes().get(output.name());
            if (shape.rank() == 0
                    || shape.dimension(0) != extent.rows()
                    || (axis != null && (axis >= shape.rank() || shape.dimension(axis) != extent.length()))) {
                return "output '" + output.name() + "' has shape " + shape + " for " + extent.described();
            }
        }
        return null;
    }

    /** One set of row slices per unit, each with its own reference to the block of {@code outputs}. */
    private List<TensorSet> scatter(TensorSet outputs, List<RowUnit> units) {
        int[] rows = new int[units.size()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = units.get(i).rows();
        }
        List<List<Tensor>> groups = TensorRows.split(outputs.tensors(), rows);
        List<TensorSet> answers = new ArrayList<>(units.size());
        for (int i = 0; i < groups.size(); i++) {
            answers.add(new TensorSet(
                    groups.get(i), i == 0 ? outputs.block() : outputs.block().retain()));
        }
        return answers;
    }

    private void answer(RowUnit unit, TensorSet outputs, InferTiming timing) {
        PendingRequest request = unit.request();
        SplitAssembly assembly = request.assembly();
        if (assembly == null) {
            replies.succeed(request, batcher.response(outputs, queueNanos(request), timing));
            return;
        }
        List<TensorSet> parts = assembly.add(unit.part(), outputs, queueNanos(request), timing);
        if (parts == null) {
            return;
        }
        String difference;
        try {
            List<List<Tensor>> tensors = parts.stream().map(TensorSet::tensors).toList();
            difference = TensorRows.difference(tensors);
            if (difference == null) {
                TensorSet joined = TensorRows.join(resources.pool(), tensors);
                replies.succeed(request, batcher.response(joined, assembly.queueNanos(), assembly.timing()));
            }
        } finally {
            parts.forEach(TensorSet::release);
        }
        if (difference != null) {
            batcher.switchOff("output " + difference + " of the same request");
            runWhole(unit);
        }
    }

    private long queueNanos(PendingRequest request) {
        // A batch takes its time before it looks at the queue: a request that arrives in between has not waited.
        return Math.max(0, batch.startedNanos() - request.submittedNanos());
    }
}
