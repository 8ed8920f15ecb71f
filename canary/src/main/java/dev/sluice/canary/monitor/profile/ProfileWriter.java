package dev.sluice.canary.monitor.profile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.sluice.loader.repository.FeatureDomain;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes {@code profile.json}: indented, in a fixed order, with one line for each feature and each list of tensors. Equal profiles give equal
 * texts.
 *
 * <p>Threading: stateless.
 */
public final class ProfileWriter {
    private static final JsonFactory FACTORY = new JsonFactory();

    private ProfileWriter() {}

    /** The file's text. */
    public static String write(ReferenceProfile profile) {
        StringWriter text = new StringWriter();
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter()
                .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                .withArrayIndenter(new DefaultIndenter("  ", "\n"));
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.setPrettyPrinter(printer);
            json.writeStartObject();
            json.writeNumberField("schema", ReferenceProfile.SCHEMA);
            model(json, profile.model());
            json.writeStringField("created", profile.created().toString());
            optional(json, "tool", profile.tool());
            training(json, profile.training());
            freshness(json, profile.freshness());
            features(json, profile.order());
            golden(json, profile.golden());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot be written to", e);
        }
        return text + "\n";
    }

    private static void model(JsonGenerator json, ProfiledModel model) throws IOException {
        json.writeObjectFieldStart("model");
        optional(json, "name", model.name().orElse(""));
        if (model.version().isPresent()) {
            json.writeNumberField("version", model.version().getAsLong());
        }
        optional(json, "sha256", model.sha256().orElse(""));
        json.writeEndObject();
    }

    private static void training(JsonGenerator json, Training training) throws IOException {
        if (training.equals(Training.UNKNOWN)) {
            return;
        }
        json.writeObjectFieldStart("training");
        optional(json, "data_from", training.dataFrom().map(Object::toString).orElse(""));
        optional(json, "data_to", training.dataTo().map(Object::toString).orElse(""));
        optional(json, "trained_at", training.trainedAt().map(Object::toString).orElse(""));
        if (training.rows().isPresent()) {
            json.writeNumberField("rows", training.rows().getAsLong());
        }
        optional(json, "data_sha256", training.dataSha256().orElse(""));
        optional(json, "code_ref", training.codeRef().orElse(""));
        json.writeEndObject();
    }

    private static void freshness(JsonGenerator json, Freshness freshness) throws IOException {
        if (freshness.equals(Freshness.UNKNOWN)) {
            return;
        }
        json.writeObjectFieldStart("freshness");
        optional(json, "max_age", freshness.maxAge().map(Object::toString).orElse(""));
        optional(
                json,
                "retrain_every",
                freshness.retrainEvery().map(Object::toString).orElse(""));
        optional(
                json,
                "stale_policy",
                freshness.stalePolicy().map(ProfileForms::word).orElse(""));
        json.writeEndObject();
    }

    private static void features(JsonGenerator json, FeatureOrder order) throws IOException {
        json.writeArrayFieldStart("features");
        for (Feature feature : order.features()) {
            json.writeRawValue(line(feature));
        }
        json.writeEndArray();
        json.writeStringField("feature_order_sha256", order.sha256());
    }

    /** One feature on one line. */
    private static String line(Feature feature) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("name", feature.name());
            json.writeStringField("tensor", feature.tensor());
            if (feature.isColumn()) {
                json.writeNumberField("index", feature.index());
            } else {
                json.writeNullField("index");
            }
            json.writeStringField("datatype", feature.dataType().name());
            json.writeFieldName("shape");
            json.writeArray(feature.shape().toArray(), 0, feature.shape().rank());
            if (!feature.domain().isAny()) {
                domain(json, feature.domain());
            }
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void domain(JsonGenerator json, FeatureDomain domain) throws IOException {
        json.writeObjectFieldStart("domain");
        if (domain.min().isPresent()) {
            json.writeNumberField("min", domain.min().get());
        }
        if (domain.max().isPresent()) {
            json.writeNumberField("max", domain.max().get());
        }
        if (!domain.values().isEmpty()) {
            json.writeArrayFieldStart("values");
            for (String value : domain.values()) {
                json.writeString(value);
            }
            json.writeEndArray();
        }
        if (domain.missing().isPresent()) {
            json.writeBooleanField("missing", domain.missing().get());
        }
        if (domain.integer()) {
            json.writeBooleanField("integer", true);
        }
        json.writeEndObject();
    }

    private static void golden(JsonGenerator json, GoldenRows golden) throws IOException {
        if (golden.equals(GoldenRows.NONE)) {
            return;
        }
        json.writeObjectFieldStart("golden");
        json.writeFieldName("tolerance");
        tolerance(json, golden.overall());
        if (!golden.byOutput().isEmpty()) {
            json.writeObjectFieldStart("output_tolerances");
            for (Map.Entry<String, Tolerance> own : new TreeMap<>(golden.byOutput()).entrySet()) {
                json.writeFieldName(own.getKey());
                tolerance(json, own.getValue());
            }
            json.writeEndObject();
        }
        json.writeArrayFieldStart("rows");
        for (GoldenRow row : golden.rows()) {
            json.writeStartObject();
            json.writeStringField("source", row.source().word());
            json.writeFieldName("inputs");
            json.writeRawValue(row.inputs());
            json.writeFieldName("outputs");
            json.writeRawValue(row.outputs());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void tolerance(JsonGenerator json, Tolerance tolerance) throws IOException {
        json.writeStartObject();
        json.writeNumberField("rtol", tolerance.relative());
        json.writeNumberField("atol", tolerance.absolute());
        json.writeEndObject();
    }

    private static void optional(JsonGenerator json, String name, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(name, value);
        }
    }
}
