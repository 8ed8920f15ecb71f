package dev.sluice.loadtest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Makes V2 inference requests with random tensors that fit a model.
 *
 * <p>Threading: stateless.
 *
 * @see "Open Inference Protocol V2, Inference Request; Triton's extension Binary Tensor Data"
 */
final class BodyWriter {
    private static final long BODY_BYTES_MAX = 256L << 20;

    private BodyWriter() {}

    /**
     * The bodies that {@code source} describes; equal arguments give equal bytes.
     *
     * @throws CannotMeasureException if a shape does not fit the model, or a type has no JSON form
     */
    static List<RequestBody> bodies(ModelMetadata model, BodySource.Generated source, long seed)
            throws CannotMeasureException {
        requireInputs(model, source.shapes().keySet(), "--shape");
        requireInputs(model, source.values().keySet(), "--values");
        SplittableRandom random = new SplittableRandom(seed);
        List<RequestBody> bodies = new ArrayList<>();
        for (int i = 0; i < source.distinct(); i++) {
            bodies.add(body(model, source, random));
        }
        return bodies;
    }

    private static void requireInputs(ModelMetadata model, Set<String> names, String option)
            throws CannotMeasureException {
        List<String> known = model.inputs().stream().map(TensorSpec::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new CannotMeasureException(option + " must name an input of the model, one of "
                        + ServerText.line(known.toString()) + ", got '" + name + "'");
            }
        }
    }

    private static RequestBody body(ModelMetadata model, BodySource.Generated source, SplittableRandom random)
            throws CannotMeasureException {
        TensorGenerator tensors = new TensorGenerator(random);
        Map<ShapePattern.Range, Long> drawn = new HashMap<>();
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        try (JsonGenerator out = new JsonFactory().createGenerator(json)) {
            out.writeStartObject();
            out.writeArrayFieldStart("inputs");
            for (TensorSpec input : model.inputs()) {
                writeInput(out, raw, input, source, shape(input, source, random, drawn), tensors);
            }
            out.writeEndArray();
            if (source.binary()) {
                out.writeObjectFieldStart("parameters");
                out.writeBooleanField("binary_data_output", true);
                out.writeEndObject();
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        if (!source.binary()) {
            return RequestBody.json(json.toByteArray());
        }
        int jsonByteCount = json.size();
        json.writeBytes(raw.toByteArray());
        return RequestBody.binary(json.toByteArray(), jsonByteCount);
    }

    private static void writeInput(
            JsonGenerator out,
            ByteArrayOutputStream raw,
            TensorSpec input,
            BodySource.Generated source,
            Shape shape,
            TensorGenerator tensors)
            throws IOException, CannotMeasureException {
        if (!source.binary() && !input.dataType().hasJsonForm()) {
            throw new CannotMeasureException("input '" + ServerText.line(input.name()) + "' is " + input.dataType()
                    + ", which has no JSON form; use --binary or --body");
        }
        ValueRange range = source.values().get(input.name());
        ByteBuffer data = tensors.elements(
                input.dataType(),
                elementCount(input, shape),
                range == null ? TensorGenerator.defaultRange(input.dataType()) : range);
        out.writeStartObject();
        out.writeStringField("name", input.name());
        out.writeStringField("datatype", input.dataType().name());
        out.writeArrayFieldStart("shape");
        for (long dimension : shape.toArray()) {
            out.writeNumber(dimension);
        }
        out.writeEndArray();
        if (source.binary()) {
            out.writeObjectFieldStart("parameters");
            out.writeNumberField("binary_data_size", data.remaining());
            out.writeEndObject();
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            raw.writeBytes(bytes);
        } else {
            out.writeArrayFieldStart("data");
            while (data.hasRemaining()) {
                writeElement(out, input.dataType(), data);
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private static Shape shape(
            TensorSpec input, BodySource.Generated source, SplittableRandom random, Map<ShapePattern.Range, Long> drawn)
            throws CannotMeasureException {
        ShapePattern pattern = source.shapes().get(input.name());
        if (pattern != null) {
            Shape shape = pattern.draw(random, drawn);
            if (!input.shape().accepts(shape)) {
                throw new CannotMeasureException("input '" + ServerText.line(input.name()) + "' must have the shape "
                        + input.shape() + ", got " + shape);
            }
            return shape;
        }
        long[] dimensions = input.shape().toArray();
        for (int i = 0; i < dimensions.length; i++) {
            if (dimensions[i] == Shape.DYNAMIC) {
                dimensions[i] = i == 0 ? source.rows() : 1;
            }
        }
        return Shape.of(dimensions);
    }

    private static int elementCount(TensorSpec input, Shape shape) throws CannotMeasureException {
        try {
            long count = shape.elementCount();
            long bytes = Math.multiplyExact(count, Math.max(1, input.dataType().byteSize()));
            if (bytes <= BODY_BYTES_MAX) {
                return (int) count;
            }
        } catch (ArithmeticException | IllegalStateException e) {
            // Said below: both mean that no such tensor can be sent.
        }
        throw new CannotMeasureException("input '" + ServerText.line(input.name()) + "' of shape " + shape
                + " must fit " + BODY_BYTES_MAX + " bytes and have no dynamic dimension");
    }

    private static void writeElement(JsonGenerator out, DataType type, ByteBuffer data) throws IOException {
        switch (type) {
            case BOOL -> out.writeBoolean(data.get() != 0);
            case UINT8 -> out.writeNumber(data.get() & 0xff);
            case INT8 -> out.writeNumber(data.get());
            case UINT16 -> out.writeNumber(data.getShort() & 0xffff);
            case INT16 -> out.writeNumber(data.getShort());
            case UINT32 -> out.writeNumber(data.getInt() & 0xffffffffL);
            case INT32 -> out.writeNumber(data.getInt());
            case UINT64, INT64 -> out.writeNumber(data.getLong());
            case FP32 -> out.writeNumber(data.getFloat());
            case FP64 -> out.writeNumber(data.getDouble());
            case BYTES -> {
                byte[] text = new byte[data.getInt()];
                data.get(text);
                out.writeString(new String(text, StandardCharsets.US_ASCII));
            }
            case FP16, BF16 -> throw new IllegalArgumentException(type + " has no JSON form");
        }
    }
}
