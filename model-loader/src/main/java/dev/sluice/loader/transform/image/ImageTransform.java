package dev.sluice.loader.transform.image;

import dev.sluice.loader.repository.TransformConfig;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.transform.BytesRows;
import dev.sluice.loader.transform.StopCondition;
import dev.sluice.loader.transform.TransformOpener;
import dev.sluice.loader.transform.VersionTransform;
import dev.sluice.model.DataType;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.Tensor;
import dev.sluice.model.TensorBlock;
import dev.sluice.model.TensorPool;
import dev.sluice.model.TensorSet;
import dev.sluice.model.TensorSpec;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * JPEG and PNG files in, and out what the model says of them.
 *
 * <p>Threading: as {@link VersionTransform} says.
 */
public final class ImageTransform implements VersionTransform {
    /** Name of the only input. */
    public static final String INPUT = "image";

    private final long bytesMax;
    private final long requestPixelsMax;
    private final ImageTensor tensor;
    private final ImageDecoder decoder;
    private final TensorPool pool;
    private final ModelSignature signature;

    /**
     * @param labels class labels of the model's only output; empty = none
     * @throws ModelLoadException if the model's input is not one of images, or the labels do not fit its output
     */
    public ImageTransform(
            TransformConfig.Image config,
            ModelSignature model,
            List<String> labels,
            TensorPool pool,
            DecodeBudget budget)
            throws ModelLoadException {
        this.bytesMax = config.maxBytes();
        this.requestPixelsMax = config.maxRequestPixels();
        this.tensor = ImageTensor.of(config, model);
        Fit fit = new Fit(tensor.width(), tensor.height(), config.resize(), new Resampling(config.resample()));
        this.decoder = new ImageDecoder(config.maxBytes(), config.maxPixels(), fit, budget);
        this.pool = pool;
        this.signature = new ModelSignature(
                model.platform(),
                List.of(new TensorSpec(
                        INPUT, DataType.BYTES, Shape.of(tensor.spec().shape().dimension(0)))),
                model.outputs(),
                labels(model, labels));
    }

    private static Map<String, List<String>> labels(ModelSignature model, List<String> labels)
            throws ModelLoadException {
        if (labels.isEmpty()) {
            return model.labels();
        }
        if (model.outputs().size() != 1) {
            throw failed("image.labels names the classes of a model's only output, this one has "
                    + model.outputs().stream().map(TensorSpec::name).toList() + "; use labels");
        }
        TensorSpec output = model.outputs().get(0);
        int rank = output.shape().rank();
        long classes = rank == 0 ? 1 : output.shape().dimension(rank - 1);
        if (classes != Shape.DYNAMIC && classes != labels.size()) {
            throw failed("image.labels must have " + classes + " lines, as many as the model's output " + output.name()
                    + " has classes, got " + labels.size());
        }
        Map<String, List<String>> all = new HashMap<>(model.labels());
        all.put(output.name(), labels);
        return all;
    }

    private static ModelLoadException failed(String message) {
        return new ModelLoadException(TransformOpener.STEP, message);
    }

    @Override
    public ModelSignature signature() {
        return signature;
    }

    @Override
    public TensorSet before(List<Tensor> inputs, StopCondition stop) {
        BytesRows rows = rows(inputs);
        long bytes = rows.count() * tensor.rowBytes();
        if (bytes > Integer.MAX_VALUE) {
            throw InferenceException.invalidInput(
                    rows.count() + " images are more than one request can hold: they take " + bytes + " bytes");
        }
        requireFewPixels(rows(inputs), stop);
        TensorBlock block = pool.acquire(bytes);
        boolean done = false;
        try {
            ByteBuffer to = block.slice(0, (int) bytes);
            for (int i = 0; i < rows.count(); i++) {
                stop.check();
                write(rows, to);
            }
            done = true;
            TensorSpec spec = tensor.spec();
            return new TensorSet(
                    List.of(Tensor.in(block, 0, (int) bytes, spec.name(), spec.dataType(), tensor.shape(rows.count()))),
                    block);
        } finally {
            if (!done) {
                block.release();
            }
        }
    }

    private BytesRows rows(List<Tensor> inputs) {
        // In Base64 a file is longer by a third, and lines may be broken.
        long encodedMax = bytesMax + bytesMax / 2 + 64;
        return new BytesRows(inputs.get(0), encodedMax, "image.max-bytes, in Base64");
    }

    /** Adds up what the headers declare, before anything is decoded. One image alone has its own limit. */
    private void requireFewPixels(BytesRows rows, StopCondition stop) {
        if (rows.count() == 1) {
            return;
        }
        long pixels = 0;
        for (int i = 0; i < rows.count(); i++) {
            stop.check();
            try {
                pixels += decoder.pixels(rows.next());
            } catch (BadImageException e) {
                throw refused(rows, e);
            }
        }
        if (pixels > requestPixelsMax) {
            throw new InferenceException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "the " + rows.count() + " images of input '" + INPUT + "' may have at most " + requestPixelsMax
                            + " pixels together (image.max-request-pixels), got " + pixels);
        }
    }

    private void write(BytesRows rows, ByteBuffer to) {
        try {
            tensor.write(decoder.decode(rows.next(), tensor.channels()), to);
        } catch (BadImageException e) {
            throw refused(rows, e);
        }
    }

    private static InferenceException refused(BytesRows rows, BadImageException e) {
        return new InferenceException(e.code(), rows.described() + " " + e.getMessage());
    }

    @Override
    public boolean changesOutputs() {
        return false;
    }

    @Override
    public List<String> modelOutputs(List<String> outputs) {
        return outputs;
    }

    @Override
    public TensorSet after(TensorSet modelInputs, TensorSet modelOutputs, List<String> outputs) {
        return new TensorSet(modelOutputs.tensors(), modelOutputs.block().retain());
    }

    @Override
    public void close() {
        // Nothing outside the heap is held.
    }
}
