package dev.sluice.loader.transform.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loader.repository.TransformConfig;
import dev.sluice.loader.repository.TransformConfig.Layout;
import dev.sluice.loader.repository.TransformConfig.Resample;
import dev.sluice.loader.runtime.ModelLoadException;
import dev.sluice.loader.transform.StopCondition;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTransformTest {
    private static final TensorSpec SCORES = new TensorSpec("scores", DataType.FP32, Shape.of(-1, 2));
    private static final Shape FOUR_BY_TWO = Shape.of(-1, 3, 2, 4);

    private final TensorPool pool = new TensorPool(8 << 20);
    private final DecodeBudget budget = new DecodeBudget(4 << 20);

    @AfterEach
    void leavesNoMemoryBehind() {
        assertThat(pool.bytesInUse()).isZero();
        assertThat(budget.bytesInUse()).isZero();
    }

    /** A configuration that differs from the defaults in what a test is about. */
    private static TransformConfig.Image config(int size, int resize, List<Double> mean, Layout layout) {
        return new TransformConfig.Image(
                size,
                size,
                resize,
                Resample.BILINEAR,
                1 / 255.0,
                mean,
                List.of(1.0),
                60_000,
                500_000,
                300_000,
                layout,
                Optional.empty());
    }

    private static TransformConfig.Image config() {
        return config(0, 0, List.of(0.0), Layout.AUTO);
    }

    private static ModelSignature model(DataType type, Shape shape) {
        return new ModelSignature("fake", List.of(new TensorSpec("x", type, shape)), List.of(SCORES), Map.of());
    }

    private ImageTransform open(TransformConfig.Image config, DataType type, Shape shape) throws ModelLoadException {
        return new ImageTransform(config, model(type, shape), List.of(), pool, budget);
    }

    private TensorSet images(byte[]... files) {
        int size = 0;
        for (byte[] file : files) {
            size += 4 + file.length;
        }
        TensorBlock block = pool.acquire(size);
        ByteBuffer memory = block.slice(0, size);
        for (byte[] file : files) {
            memory.putInt(file.length).put(file);
        }
        return new TensorSet(
                List.of(new Tensor("image", DataType.BYTES, Shape.of(files.length), memory.flip())), block);
    }

    private List<Float> before(ImageTransform transform, Shape shape, byte[]... files) {
        TensorSet in = images(files);
        try {
            TensorSet made = transform.before(in.tensors(), StopCondition.never());
            Tensor tensor = made.tensors().get(0);
            assertThat(tensor.shape()).isEqualTo(shape);
            List<Float> values = new ArrayList<>();
            ByteBuffer data = tensor.data();
            while (data.hasRemaining()) {
                values.add(tensor.dataType() == DataType.UINT8 ? (float) (data.get() & 0xFF) : data.getFloat());
            }
            made.release();
            return values;
        } finally {
            in.release();
        }
    }

    private InferenceException refusal(TransformConfig.Image config, byte[]... files) throws ModelLoadException {
        ImageTransform transform = open(config, DataType.FP32, FOUR_BY_TWO);
        TensorSet in = images(files);
        try {
            transform.before(in.tensors(), StopCondition.never());
        } catch (InferenceException e) {
            return e;
        } finally {
            in.release();
        }
        throw new AssertionError("nothing was refused");
    }

    @Test
    void clientsSeeAnImageInAndTheModelsOutputs() throws ModelLoadException {
        ModelSignature seen = new ImageTransform(
                        config(), model(DataType.FP32, FOUR_BY_TWO), List.of("cat", "dog"), pool, budget)
                .signature();

        assertThat(seen.inputs()).containsExactly(new TensorSpec("image", DataType.BYTES, Shape.of(-1)));
        assertThat(seen.outputs()).containsExactly(SCORES);
        assertThat(seen.labels("scores")).containsExactly("cat", "dog");
    }

    @Test
    void pixelsGoChannelByChannelOrPixelByPixel() throws Exception {
        byte[] file = PillowFiles.source("rgb.png");
        Pixels small = new Resampling(Resample.BILINEAR).resize(PillowFiles.decoded(file), 4, 2);

        List<Float> first = before(open(config(), DataType.FP32, FOUR_BY_TWO), Shape.of(1, 3, 2, 4), file);
        List<Float> last = before(open(config(), DataType.UINT8, Shape.of(-1, 2, 4, 3)), Shape.of(1, 2, 4, 3), file);

        for (int i = 0; i < 8; i++) {
            for (int channel = 0; channel < 3; channel++) {
                float colour = small.samples()[3 * i + channel] & 0xFF;
                assertThat(first.get(8 * channel + i)).isEqualTo(colour / 255f);
                assertThat(last.get(3 * i + channel)).isEqualTo(colour);
            }
        }
    }

    @Test
    void meanAndDeviationAreTakenOffEachChannel() throws Exception {
        byte[] file = PillowFiles.source("rgb.png");
        TransformConfig.Image config = new TransformConfig.Image(
                0,
                0,
                0,
                Resample.NEAREST,
                1 / 255.0,
                List.of(0.485, 0.456, 0.406),
                List.of(0.229, 0.224, 0.225),
                60_000,
                500_000,
                300_000,
                Layout.NCHW,
                Optional.empty());
        byte[] samples = new Resampling(Resample.NEAREST)
                .resize(PillowFiles.decoded(file), 1, 1)
                .samples();

        List<Float> values = before(open(config, DataType.FP32, Shape.of(-1, 3, 1, 1)), Shape.of(1, 3, 1, 1), file);

        assertThat(values)
                .containsExactly(
                        ((samples[0] & 0xFF) / 255f - 0.485f) / 0.229f,
                        ((samples[1] & 0xFF) / 255f - 0.456f) / 0.224f,
                        ((samples[2] & 0xFF) / 255f - 0.406f) / 0.225f);
    }

    /** torchvision: Resize(20) makes 25 x 20 of 61 x 47, CenterCrop(20) begins at (round(2.5), 0). */
    @Test
    void shorterSideIsResizedAndTheMiddleCutOut() throws Exception {
        byte[] file = PillowFiles.source("grey.png");
        TransformConfig.Image config = config(20, 20, List.of(0.0), Layout.NCHW);
        Pixels wide = new Resampling(Resample.BILINEAR).resize(PillowFiles.decoded(file), 25, 20);

        List<Float> values =
                before(open(config, DataType.UINT8, Shape.of(-1, 1, -1, -1)), Shape.of(1, 1, 20, 20), file);

        for (int y = 0; y < 20; y++) {
            for (int x = 0; x < 20; x++) {
                assertThat(values.get(20 * y + x)).isEqualTo((float) (wide.samples()[25 * y + 2 + x] & 0xFF));
            }
        }
    }

    @Test
    void rowsMayBeOfAnyKindAndSize() throws Exception {
        byte[] png = PillowFiles.source("palette.png");
        byte[] jpeg = PillowFiles.source("cmyk.jpg");
        byte[] encoded = Base64.getMimeEncoder().encode(jpeg);
        ImageTransform transform = open(config(), DataType.FP32, FOUR_BY_TWO);

        List<Float> values = before(transform, Shape.of(3, 3, 2, 4), png, jpeg, encoded);

        assertThat(values.subList(48, 72)).isEqualTo(values.subList(24, 48));
        assertThat(values.subList(0, 24)).isNotEqualTo(values.subList(24, 48));
    }

    @Test
    void largeFilesAreRefusedWithBothNumbers() throws ModelLoadException {
        assertThat(refusal(config(), new byte[90_065]))
                .hasMessage("input 'image' row 0 may have at most 90064 bytes (image.max-bytes, in Base64), got 90065");
        InferenceException refused = refusal(config(), PillowFiles.source("rgb.png"), new byte[60_001]);

        assertThat(refused.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE);
        assertThat(refused).hasMessage("input 'image' row 1 may have at most 60000 bytes (image.max-bytes), got 60001");
    }

    /** A PNG whose header declares another size than its pixels have. */
    private static byte[] png(String name, int width, int height) {
        byte[] png = PillowFiles.source(name);
        ByteBuffer header = ByteBuffer.wrap(png);
        header.putInt(16, width).putInt(20, height);
        CRC32 crc = new CRC32();
        crc.update(png, 12, 17);
        header.putInt(29, (int) crc.getValue());
        return png;
    }

    /** Likewise a JPEG. */
    private static byte[] jpeg(int width, int height) {
        byte[] jpeg = PillowFiles.source("444.jpg");
        int frame = new String(jpeg, StandardCharsets.ISO_8859_1).indexOf("\u00FF\u00C0");
        ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) height).putShort(frame + 7, (short) width);
        return jpeg;
    }

    /** A bomb: some hundred bytes that declare a thousand million pixels. */
    @Test
    void hugeImagesAreRefusedBeforeTheyAreDecoded() throws ModelLoadException {
        byte[] png = png("rgb.png", 40_000, 30_000);
        byte[] jpeg = jpeg(65_535, 65_535);

        InferenceException refused = refusal(config(), png);

        assertThat(refused.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE);
        assertThat(refused)
                .hasMessage("input 'image' row 0 may have at most 500000 pixels (image.max-pixels), got 40000 x 30000");
        assertThat(refusal(config(), jpeg))
                .hasMessage("input 'image' row 0 may have at most 500000 pixels (image.max-pixels), got 65535 x 65535");
    }

    /** Each within its limit, all of them minutes of work; nothing of it is begun: none has as many pixels as it declares. */
    @Test
    void imagesThatTogetherHaveTooManyPixelsAreRefusedBeforeTheFirstIsDecoded() throws ModelLoadException {
        byte[] large = png("rgb.png", 400, 375);

        InferenceException refused = refusal(config(), large, jpeg(375, 400), PillowFiles.source("rgb.png"));

        assertThat(refused.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE);
        assertThat(refused)
                .hasMessage("the 3 images of input 'image' may have at most 300000 pixels together"
                        + " (image.max-request-pixels), got 302867");
        assertThat(refusal(config(), large, large)).hasMessageStartingWith("input 'image' row 0 is damaged: ");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void rowsAreLeftAloneOnceNobodyWaitsForThem(int looks) throws ModelLoadException {
        ImageTransform transform = open(config(), DataType.FP32, FOUR_BY_TWO);
        TensorSet in = images(PillowFiles.source("rgb.png"), PillowFiles.source("grey.png"), png("rgb.png", 9, 9));
        InferenceException nobody = new InferenceException(ErrorCode.CANCELLED, "nobody waits");
        AtomicInteger seen = new AtomicInteger();
        StopCondition stop = () -> {
            if (seen.incrementAndGet() == looks) {
                throw nobody;
            }
        };

        assertThatThrownBy(() -> transform.before(in.tensors(), stop)).isSameAs(nobody);

        in.release();
    }

    @Test
    void longThinImagesAreRefusedWhereResizingThemTakesTooMuch() throws ModelLoadException {
        Fit fit = new Fit(224, 224, 256, new Resampling(Resample.BILINEAR));

        assertThatThrownBy(() -> fit.pixels(new ImageHeader(1, 400_000, 3, 3), 500_000))
                .hasMessage("of 1 x 400000 pixels is too long and thin: to resize it takes 26214400000 pixels, and at"
                        + " most 500000 are allowed (image.max-pixels)");
    }

    @Test
    void imagesThatTogetherTakeTooMuchHeapAreRefused() throws Exception {
        DecodeBudget small = new DecodeBudget(40_000);
        ImageTransform transform =
                new ImageTransform(config(), model(DataType.FP32, FOUR_BY_TWO), List.of(), pool, small);
        small.take(10_000);
        TensorSet in = images(PillowFiles.source("rgb.png"));

        assertThatThrownBy(() -> transform.before(in.tensors(), StopCondition.never()))
                .isInstanceOfSatisfying(
                        InferenceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED));
        assertThat(small.refusals()).isEqualTo(1);
        small.giveBack(10_000);
        transform.before(in.tensors(), StopCondition.never()).release();

        in.release();
        assertThat(small.bytesInUse()).isZero();
    }

    /** What is there at once: the decoder's samples, 8 bits of them, those that the model sees; lines; what resizing makes. */
    @Test
    void everyCopyOfAnImageIsCountedBeforeItIsMade() throws ModelLoadException {
        long pixels = 700 * 700;
        long lines = 72 * (700 + 700);
        long resized = 4 * 700 + 4 * 2;

        assertTakes(1, jpeg(700, 700), pixels * (3 + 3 + 1) + lines + resized);
        assertTakes(1, png("palette.png", 700, 700), pixels * (1 + 3 + 1) + lines + resized);
        assertTakes(1, png("rgb-16-bits.png", 700, 700), pixels * (6 + 3 + 1) + lines + resized);
        assertTakes(1, png("grey-alpha.png", 700, 700), pixels * (2 + 1 + 1) + lines + resized);
        assertTakes(3, jpeg(700, 700), pixels * (3 + 3 + 3) + lines + 3 * resized);
        assertTakes(3, png("palette.png", 700, 700), pixels * (1 + 3 + 3) + lines + 3 * resized);
        assertTakes(3, png("grey.png", 700, 700), pixels * (1 + 1 + 3) + lines + 3 * resized);
    }

    /** Its only line takes more than its pixels do. */
    @Test
    void linesOfLongThinImagesAreCountedToo() throws ModelLoadException {
        assertTakes(3, png("rgb.png", 400_000, 1), 400_000 * (3 + 3 + 3) + 72 * 400_001 + 3 * (4 + 8));
    }

    private void assertTakes(int channels, byte[] file, long bytes) throws ModelLoadException {
        DecodeBudget none = new DecodeBudget(1);
        ImageTransform transform =
                new ImageTransform(config(), model(DataType.FP32, Shape.of(-1, channels, 2, 4)), List.of(), pool, none);
        TensorSet in = images(file);

        assertThatThrownBy(() -> transform.before(in.tensors(), StopCondition.never()))
                .hasMessage("input 'image' row 0 takes " + bytes + " bytes to decode, and all images together may"
                        + " take 1 (a quarter of the heap)");
        assertThat(none.refusals()).isEqualTo(1);
        in.release();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rgb.png", "palette.png", "444.jpg", "progressive.jpg", "cmyk.jpg", "grey.jpg"})
    void filesThatAreCutOffAnywhereAreRefusedWithTheirRow(String name) throws ModelLoadException {
        byte[] whole = PillowFiles.source(name);
        for (int parts = 1; parts < 40; parts++) {
            byte[] part = Arrays.copyOf(whole, whole.length * parts / 40);

            InferenceException refused = refusal(config(), PillowFiles.source("grey.png"), part);

            assertThat(refused.code())
                    .as("%d of %d bytes", part.length, whole.length)
                    .isEqualTo(ErrorCode.INVALID_INPUT);
            assertThat(refused).hasMessageStartingWith("input 'image' row 1 ").hasMessageNotContaining("Exception");
        }
    }

    @Test
    void damagedPngsAreRefused() throws ModelLoadException {
        byte[] damaged = PillowFiles.source("rgb.png");
        damaged[damaged.length / 2] ^= 1;

        assertThat(refusal(config(), damaged)).hasMessage("input 'image' row 0 is damaged: a checksum is wrong");
    }

    @Test
    void whatIsNoImageIsRefused() throws ModelLoadException {
        assertThat(refusal(config(), "GIF89a".getBytes(StandardCharsets.US_ASCII)))
                .hasMessage("input 'image' row 0 must be a JPEG or PNG file");
        assertThat(refusal(config(), new byte[0])).hasMessage("input 'image' row 0 must be a JPEG or PNG file");
    }

    /** Each scan is a pass over the whole image: a small file could keep a thread busy for hours. */
    @Test
    void jpegsOfTooManyScansAreRefused() throws ModelLoadException {
        byte[] jpeg = PillowFiles.source("progressive.jpg");
        byte[] many = Arrays.copyOf(jpeg, jpeg.length + 200);
        for (int i = jpeg.length; i < many.length; i += 2) {
            many[i] = (byte) 0xFF;
            many[i + 1] = (byte) 0xDA;
        }

        assertThat(refusal(config(), many)).hasMessage("input 'image' row 0 has more than 100 scans");
    }

    @Test
    void saysWhyAModelDoesNotFit() {
        assertThatThrownBy(() -> open(config(), DataType.INT64, FOUR_BY_TWO))
                .hasMessage("the model's input x must be FP32 or UINT8 of four dimensions, got INT64 [-1, 3, 2, 4]");
        assertThatThrownBy(() -> open(config(), DataType.FP32, Shape.of(-1, 3, 20, 3)))
                .hasMessageStartingWith("image.layout must say where the channels of the model's input x are");
        assertThatThrownBy(() -> open(config(), DataType.FP32, Shape.of(-1, 3, -1, -1)))
                .hasMessageStartingWith("image.height is needed");
        assertThatThrownBy(() -> open(config(9, 0, List.of(0.0), Layout.AUTO), DataType.FP32, Shape.of(-1, 3, 8, 9)))
                .hasMessage("image.height must be 8, as the shape [-1, 3, 8, 9] of the model's input x says, got 9");
        assertThatThrownBy(() -> open(config(0, 7, List.of(0.0), Layout.AUTO), DataType.FP32, Shape.of(-1, 3, 8, 9)))
                .hasMessage("image.resize must be at least 9, as the model sees 9 x 8 pixels, got 7");
        assertThatThrownBy(() -> open(config(0, 0, List.of(1.0, 2.0), Layout.NCHW), DataType.FP32, FOUR_BY_TWO))
                .hasMessage("image.mean must have 1 or 3 numbers, got 2");
        assertThatThrownBy(() -> new ImageTransform(
                        config(0, 0, List.of(0.0), Layout.NCHW),
                        model(DataType.FP32, FOUR_BY_TWO),
                        List.of("one"),
                        pool,
                        budget))
                .hasMessage("image.labels must have 2 lines, as many as the model's output scores has classes, got 1");
    }
}
