package dev.sluice.loader.repository;

import dev.sluice.settings.BadValueException;
import dev.sluice.settings.Setting;
import dev.sluice.settings.SettingsReader;
import dev.sluice.settings.ValueType;
import dev.sluice.settings.ValueTypes;
import java.util.List;
import java.util.Optional;

/**
 * What operators may set about a model's transform.
 *
 * <p>Threading: stateless.
 */
final class TransformSettings {
    private static final double COLOUR_MAX = 255;

    private enum Kind {
        NONE,
        TEXT,
        IMAGE
    }

    private static final Setting<Optional<Kind>> TRANSFORM = new Setting<>(
            "transform",
            ValueTypes.word(Kind.class).orNone(),
            Optional.empty(),
            "What clients send instead of the model's own inputs: one input `text` or `image` of datatype BYTES");
    private static final Setting<String> TOKENIZER = new Setting<>(
            "text.tokenizer",
            ValueTypes.text(),
            "tokenizer.json",
            "File of the tokenizer (Hugging Face's format) in the version's folder, or else in the model's");
    private static final Setting<Integer> MAX_LENGTH = new Setting<>(
            "text.max-length",
            ValueTypes.integer(1, 1 << 20).showing(0, "chosen"),
            0,
            "Most tokens of a text, special ones included; what is beyond is cut off. By default the model's own length,"
                    + " or what the tokenizer's file says, or 512");
    private static final Setting<Long> TEXT_BYTES = new Setting<>(
            "text.max-bytes",
            ValueTypes.bytes(1, 1L << 30),
            64L << 10,
            "Most bytes of one text; a request with a longer one is refused");
    private static final Setting<TransformConfig.Pooling> POOLING = new Setting<>(
            "text.pooling",
            ValueTypes.word(TransformConfig.Pooling.class),
            TransformConfig.Pooling.NONE,
            "How the vectors of a text's tokens become the one that is answered as `embedding`: their mean without padding,"
                    + " the first one, or not at all");
    private static final Setting<Boolean> NORMALIZE =
            new Setting<>("text.normalize", ValueTypes.bool(), false, "Whether that vector is scaled to length 1");
    private static final Setting<Optional<String>> OUTPUT = new Setting<>(
            "text.output",
            ValueTypes.text().orNone(),
            Optional.empty(),
            "Output of the model that is pooled; by default the only one with a vector for each token, or"
                    + " `last_hidden_state`");
    private static final Setting<Integer> WIDTH = new Setting<>(
            "image.width",
            ValueTypes.integer(1, 1 << 14).showing(0, "the model's"),
            0,
            "Pixels in a row of what the model sees; needed only where its signature leaves that open");
    private static final Setting<Integer> HEIGHT = new Setting<>(
            "image.height",
            ValueTypes.integer(1, 1 << 14).showing(0, "the model's"),
            0,
            "Its rows of pixels, likewise");
    private static final Setting<Integer> RESIZE = new Setting<>(
            "image.resize",
            ValueTypes.integer(1, 1 << 14).showing(0, "none"),
            0,
            "Pixels to which the shorter side is resized before the middle is cut out; by default the whole image is resized"
                    + " to width and height, whatever its shape");
    private static final Setting<TransformConfig.Resample> RESAMPLE = new Setting<>(
            "image.resample",
            ValueTypes.word(TransformConfig.Resample.class),
            TransformConfig.Resample.BILINEAR,
            "How it is resized; the words mean what they mean to Pillow");
    private static final Setting<Double> SCALE =
            new Setting<>("image.scale", scale(), 1 / COLOUR_MAX, "What each colour, 0 to 255, is multiplied with");
    private static final Setting<List<Double>> MEAN = new Setting<>(
            "image.mean",
            colours("number, or a list of one for each channel", false),
            List.of(0.0),
            "What is then taken off each channel");
    private static final Setting<List<Double>> STD = new Setting<>(
            "image.std",
            colours("number except 0, or a list of one for each channel", true),
            List.of(1.0),
            "What each channel is divided by at last");
    private static final Setting<TransformConfig.Layout> LAYOUT = new Setting<>(
            "image.layout",
            ValueTypes.word(TransformConfig.Layout.class),
            TransformConfig.Layout.AUTO,
            "Whether the model has its channels before height and width (`nchw`) or after (`nhwc`)");
    private static final Setting<Long> IMAGE_BYTES = new Setting<>(
            "image.max-bytes",
            ValueTypes.bytes(1, 1L << 30),
            16L << 20,
            "Most bytes of one file; a request with a larger one is refused");
    private static final Setting<Integer> PIXELS = new Setting<>(
            "image.max-pixels",
            ValueTypes.integer(1, 1 << 30),
            32 << 20,
            "Most pixels of one image, as its header declares them; more are refused before any is decoded");
    private static final Setting<Integer> REQUEST_PIXELS = new Setting<>(
            "image.max-request-pixels",
            ValueTypes.integer(1, Integer.MAX_VALUE),
            256 << 20,
            "Most pixels of all images of a request that has several, likewise");
    private static final Setting<Optional<String>> LABELS = new Setting<>(
            "image.labels",
            ValueTypes.text().orNone(),
            Optional.empty(),
            "File with the class labels of the model's only output, one a line, in the version's folder, or else in the"
                    + " model's");

    private TransformSettings() {}

    static List<Setting<?>> all() {
        return List.of(
                TRANSFORM,
                TOKENIZER,
                MAX_LENGTH,
                TEXT_BYTES,
                POOLING,
                NORMALIZE,
                OUTPUT,
                WIDTH,
                HEIGHT,
                RESIZE,
                RESAMPLE,
                SCALE,
                MEAN,
                STD,
                LAYOUT,
                IMAGE_BYTES,
                PIXELS,
                REQUEST_PIXELS,
                LABELS);
    }

    /**
     * What is said, if anything. Keys of another transform than the chosen one are problems, except where {@code none} is chosen
     * explicitly, as an override of what stands elsewhere.
     */
    static Optional<TransformConfig> read(SettingsReader reader) {
        Optional<Kind> chosen = reader.get(TRANSFORM);
        TransformConfig.Text text = new TransformConfig.Text(
                reader.get(TOKENIZER),
                reader.get(MAX_LENGTH),
                reader.get(TEXT_BYTES),
                reader.get(POOLING),
                reader.get(NORMALIZE),
                reader.get(OUTPUT));
        TransformConfig.Image image = new TransformConfig.Image(
                reader.get(WIDTH),
                reader.get(HEIGHT),
                reader.get(RESIZE),
                reader.get(RESAMPLE),
                reader.get(SCALE),
                reader.get(MEAN),
                reader.get(STD),
                reader.get(IMAGE_BYTES),
                reader.get(PIXELS),
                reader.get(REQUEST_PIXELS),
                reader.get(LAYOUT),
                reader.get(LABELS));
        if (chosen.isPresent() && chosen.get() == Kind.NONE) {
            return Optional.empty();
        }
        boolean isText = chosen.isPresent() && chosen.get() == Kind.TEXT;
        boolean isImage = chosen.isPresent() && chosen.get() == Kind.IMAGE;
        for (Setting<?> setting : all()) {
            requireChosen(reader, setting.key(), "text", isText);
            requireChosen(reader, setting.key(), "image", isImage);
        }
        if (isText && text.pooling() == TransformConfig.Pooling.NONE) {
            if (text.normalize()) {
                reader.problem(NORMALIZE.key(), "needs text.pooling mean or cls");
            }
            reader.problem(OUTPUT.key(), "needs text.pooling mean or cls");
        }
        if (isText) {
            return Optional.of(text);
        }
        return isImage ? Optional.of(image) : Optional.empty();
    }

    private static void requireChosen(SettingsReader reader, String key, String kind, boolean chosen) {
        if (!chosen && key.startsWith(kind + ".")) {
            reader.problem(key, "needs transform: " + kind);
        }
    }

    private static ValueType<Double> scale() {
        String rule = "must be a number except 0, or 1/255";
        return ValueType.of(
                "number except 0, `1/255`",
                node -> {
                    if (ValueTypes.scalar(node, rule).equals("1/255")) {
                        return 1 / COLOUR_MAX;
                    }
                    double value = ModelValues.number(node, rule);
                    if (value == 0) {
                        throw BadValueException.rule(rule, node);
                    }
                    return value;
                },
                value -> value == 1 / COLOUR_MAX ? "`1/255`" : "`" + value + "`");
    }

    private static ValueType<List<Double>> colours(String expected, boolean divisor) {
        String rule = "must be a " + expected;
        ValueType<Double> one = ValueType.of(
                expected,
                node -> {
                    double value = ModelValues.number(node, rule);
                    if (divisor && value == 0) {
                        throw BadValueException.rule(rule, node);
                    }
                    return value;
                },
                value -> "`" + value + "`");
        ValueType<List<Double>> list = ValueTypes.list(one);
        return ValueType.of(
                expected,
                node -> {
                    List<Double> values = list.parse(node);
                    if (values.isEmpty()) {
                        throw BadValueException.rule(rule, node);
                    }
                    return values;
                },
                list::show);
    }
}
