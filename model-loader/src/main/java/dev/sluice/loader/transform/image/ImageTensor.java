package dev.sluice.loader.transform.image;

import dev.sluice.loader.repository.TransformConfig;
import dev.sluice.loader.repository.TransformConfig.Layout;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.transform.TransformOpener;
import dev.sluice.model.DataType;
import dev.sluice.model.ModelSignature;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The input of a model of images, and how pixels get there.
 *
 * <p>Threading: immutable; nobody writes to the arrays.
 */
final class ImageTensor {
    private static final int COLOURS = 256;

    private final TensorSpec spec;
    private final boolean channelsFirst;
    private final int channels;
    private final int width;
    private final int height;

    /** By channel and colour. */
    private final float[][] values;

    private ImageTensor(TensorSpec spec, boolean channelsFirst, int channels, int width, int height, float[][] values) {
        this.spec = spec;
        this.channelsFirst = channelsFirst;
        this.channels = channels;
        this.width = width;
        this.height = height;
        this.values = values;
    }

    /**
     * Reads the model's only input.
     *
     * @throws ModelLoadException if that is not one of images, or the configuration does not fit it
     */
    static ImageTensor of(TransformConfig.Image config, ModelSignature model) throws ModelLoadException {
        if (model.inputs().size() != 1) {
            throw failed("a model of images has one input, this one has "
                    + model.inputs().stream().map(TensorSpec::name).toList());
        }
        TensorSpec spec = model.inputs().get(0);
        boolean known = spec.dataType() == DataType.FP32 || spec.dataType() == DataType.UINT8;
        if (!known || spec.shape().rank() != 4) {
            throw failed("the model's input " + spec.name() + " must be FP32 or UINT8 of four dimensions, got "
                    + spec.dataType() + " " + spec.shape());
        }
        boolean channelsFirst = channelsFirst(config.layout(), spec);
        long channels = spec.shape().dimension(channelsFirst ? 1 : 3);
        if (channels == Shape.DYNAMIC) {
            channels = 3;
        }
        if (channels != 1 && channels != 3) {
            throw failed("the model's input " + spec.name() + " must have 1 or 3 channels, got " + channels + " of "
                    + spec.shape());
        }
        int height = size(config.height(), "height", spec, channelsFirst ? 2 : 1);
        int width = size(config.width(), "width", spec, channelsFirst ? 3 : 2);
        if (config.resize() != 0 && config.resize() < Math.max(width, height)) {
            throw failed("image.resize must be at least " + Math.max(width, height) + ", as the model sees " + width
                    + " x " + height + " pixels, got " + config.resize());
        }
        return new ImageTensor(
                spec, channelsFirst, (int) channels, width, height, values(config, spec, (int) channels));
    }

    private static boolean channelsFirst(Layout layout, TensorSpec spec) throws ModelLoadException {
        if (layout != Layout.AUTO) {
            return layout == Layout.NCHW;
        }
        boolean first = isChannels(spec.shape().dimension(1));
        boolean last = isChannels(spec.shape().dimension(3));
        if (first == last) {
            throw failed("image.layout must say where the channels of the model's input " + spec.name() + " are, as "
                    + spec.shape() + " does not");
        }
        return first;
    }

    private static boolean isChannels(long dimension) {
        return dimension == 1 || dimension == 3;
    }

    private static int size(int configured, String what, TensorSpec spec, int dimension) throws ModelLoadException {
        long own = spec.shape().dimension(dimension);
        if (own == Shape.DYNAMIC && configured == 0) {
            throw failed("image." + what + " is needed, as the shape " + spec.shape() + " of the model's input "
                    + spec.name() + " leaves it open");
        }
        if (own != Shape.DYNAMIC && configured != 0 && configured != own) {
            throw failed("image." + what + " must be " + own + ", as the shape " + spec.shape()
                    + " of the model's input " + spec.name() + " says, got " + configured);
        }
        return configured != 0 ? configured : Math.toIntExact(own);
    }

    /** In the order and precision of torchvision: to a fraction, then less the mean, then by the deviation. */
    private static float[][] values(TransformConfig.Image config, TensorSpec spec, int channels)
            throws ModelLoadException {
        if (spec.dataType() == DataType.UINT8
                && !(config.mean().equals(List.of(0.0)) && config.std().equals(List.of(1.0)))) {
            throw failed("image.mean and image.std need a model that takes FP32, the input " + spec.name()
                    + " takes UINT8: colours as they are");
        }
        float[][] values = new float[channels][COLOURS];
        for (int channel = 0; channel < channels; channel++) {
            float mean = of(config.mean(), "mean", channel, channels);
            float deviation = of(config.std(), "std", channel, channels);
            for (int colour = 0; colour < COLOURS; colour++) {
                values[channel][colour] = ((float) (colour * config.scale()) - mean) / deviation;
            }
        }
        return values;
    }

    private static float of(List<Double> numbers, String what, int channel, int channels) throws ModelLoadException {
        if (numbers.size() != 1 && numbers.size() != channels) {
            throw failed("image." + what + " must have 1 or " + channels + " numbers, got " + numbers.size());
        }
        return numbers.get(numbers.size() == 1 ? 0 : channel).floatValue();
    }

    private static ModelLoadException failed(String message) {
        return new ModelLoadException(TransformOpener.STEP, message);
    }

    TensorSpec spec() {
        return spec;
    }

    int channels() {
        return channels;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    long rowBytes() {
        return (long) channels * width * height * spec.dataType().byteSize();
    }

    /** The shape of so many rows. */
    Shape shape(int rows) {
        return channelsFirst ? Shape.of(rows, channels, height, width) : Shape.of(rows, height, width, channels);
    }

    /**
     * Writes one row.
     *
     * @param pixels of the model's width, height and channels
     * @param to little-endian, room for {@link #rowBytes} from its position
     */
    void write(Pixels pixels, ByteBuffer to) {
        byte[] samples = pixels.samples();
        if (!channelsFirst) {
            for (int i = 0; i < samples.length; i++) {
                put(samples[i], i % channels, to);
            }
            return;
        }
        for (int channel = 0; channel < channels; channel++) {
            for (int i = channel; i < samples.length; i += channels) {
                put(samples[i], channel, to);
            }
        }
    }

    private void put(byte sample, int channel, ByteBuffer to) {
        if (spec.dataType() == DataType.UINT8) {
            to.put(sample);
        } else {
            to.putFloat(values[channel][sample & 0xFF]);
        }
    }
}
