package dev.sluice.canary.monitor.profile;

import static dev.sluice.canary.monitor.profile.ReferenceProfile.SCHEMA;

import dev.sluice.loader.repository.FeatureDomain;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code profile.json}.
 *
 * <p>Members that it does not know are ignored where the format may grow: at the top, in {@code model}, {@code training},
 * {@code freshness} and in each feature. In {@code golden} and in a feature's {@code domain} they are refused, because a misspelt
 * tolerance or bound would make the check another one. Bounds: {@value #BYTES_MAX} bytes, 64 levels, {@value FeatureOrder#FEATURES_MAX} features, {@value
 * GoldenRows#ROWS_MAX} golden rows.
 *
 * <p>Threading: confined to one thread; one instance reads one text.
 */
public final class ProfileReader {
    /** Most bytes of a profile. */
    public static final int BYTES_MAX = 64 << 20;

    private static final int NAME_LENGTH_MAX = 1024;
    private static final int RANK_MAX = 32;
    private static final String TIME_RULE = "a time such as \"2026-03-01T00:00:00Z\", or a date";
    private static final String HASH_RULE = "a SHA-256 of 64 lower-case hexadecimal digits";

    private final JsonCursor json;

    private boolean schemaRead;
    private ProfiledModel model = new ProfiledModel(Optional.empty(), OptionalLong.empty(), Optional.empty());
    private @Nullable Instant created;
    private String tool = "";
    private Training training = Training.UNKNOWN;
    private Freshness freshness = Freshness.UNKNOWN;
    private @Nullable FeatureOrder order;
    private String orderSha256 = "";
    private GoldenRows golden = GoldenRows.NONE;

    private ProfileReader(JsonCursor json) {
        this.json = json;
    }

    /**
     * The profile in that folder; empty when nothing there has its name. A link that leads nowhere is a profile that cannot be read.
     *
     * @throws ProfileException if it cannot be read or is none
     */
    public static Optional<ReferenceProfile> readIn(Path folder) throws ProfileException {
        Path file = folder.resolve(ReferenceProfile.FILE_NAME);
        return Files.notExists(file, LinkOption.NOFOLLOW_LINKS)
                ? Optional.empty()
                : Optional.of(parse(ReferenceProfile.FILE_NAME, text(file)));
    }

    /**
     * A UTF-8 text of at most {@value #BYTES_MAX} bytes.
     *
     * @throws ProfileException if it is larger, is not UTF-8 or cannot be read
     */
    static String text(Path file) throws ProfileException {
        String name = String.valueOf(file.getFileName());
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new ProfileException(name + ": has more than " + BYTES_MAX + " bytes");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (NoSuchFileException e) {
            throw new ProfileException(
                    name + (Files.isSymbolicLink(file) ? ": is a link to what is not there" : ": no such file"), e);
        } catch (CharacterCodingException e) {
            throw new ProfileException(name + ": must be UTF-8 text", e);
        } catch (IOException e) {
            throw new ProfileException(name + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a profile's text.
     *
     * @param file what messages call it
     * @throws ProfileException if it is not JSON, breaks a rule of the format, or has an order hash that is not that of its
     *     features
     */
    public static ReferenceProfile parse(String file, String text) throws ProfileException {
        try (JsonCursor json = new JsonCursor(file, text)) {
            return new ProfileReader(json).read(file);
        }
    }

    private ReferenceProfile read(String file) throws ProfileException {
        json.members(key -> {
            if (!schemaRead && !key.equals("schema")) {
                throw json.broken("must come after 'schema', which says how to read the rest");
            }
            switch (key) {
                case "schema" -> readSchema();
                case "model" -> model = readModel();
                case "created" -> created = time();
                case "tool" -> tool = json.string(NAME_LENGTH_MAX);
                case "training" -> training = readTraining();
                case "freshness" -> freshness = readFreshness();
                case "features" -> order = readFeatures();
                case "feature_order_sha256" -> orderSha256 = hash();
                case "golden" -> golden = new GoldenReader(json).read();
                default -> json.skip();
            }
        });
        json.requireEnd();
        FeatureOrder found = require(file, "features", order);
        if (orderSha256.isEmpty()) {
            throw new ProfileException(file + ": missing member 'feature_order_sha256'");
        }
        if (!found.sha256().equals(orderSha256)) {
            throw new ProfileException(
                    file + ": feature_order_sha256 is " + orderSha256 + ", but the features listed have "
                            + found.sha256() + ": the list was changed after it was written; write the profile again");
        }
        return new ReferenceProfile(model, require(file, "created", created), tool, training, freshness, found, golden);
    }

    private static <T> T require(String file, String member, @Nullable T value) throws ProfileException {
        if (value == null) {
            throw new ProfileException(file + ": missing member '" + member + "'");
        }
        return value;
    }

    private void readSchema() throws ProfileException {
        long schema = json.integer(0, Integer.MAX_VALUE);
        if (schema != SCHEMA) {
            throw json.broken("must be " + SCHEMA + ", which is what this version of Sluice reads, got " + schema);
        }
        schemaRead = true;
    }

    private ProfiledModel readModel() throws ProfileException {
        Holder<String> name = new Holder<>();
        Holder<Long> version = new Holder<>();
        Holder<String> sha256 = new Holder<>();
        json.members(key -> {
            switch (key) {
                case "name" -> name.value = json.string(NAME_LENGTH_MAX);
                case "version" -> version.value = json.integer(1, Long.MAX_VALUE);
                case "sha256" -> sha256.value = hash();
                default -> json.skip();
            }
        });
        return new ProfiledModel(name.optional(), version.optionalLong(), sha256.optional());
    }

    private Training readTraining() throws ProfileException {
        Holder<Instant> from = new Holder<>();
        Holder<Instant> to = new Holder<>();
        Holder<Instant> at = new Holder<>();
        Holder<Long> rows = new Holder<>();
        Holder<String> data = new Holder<>();
        Holder<String> code = new Holder<>();
        json.members(key -> {
            switch (key) {
                case "data_from" -> from.value = time();
                case "data_to" -> to.value = time();
                case "trained_at" -> at.value = time();
                case "rows" -> rows.value = json.integer(0, Long.MAX_VALUE);
                case "data_sha256" -> data.value = hash();
                case "code_ref" -> code.value = json.string(NAME_LENGTH_MAX);
                default -> json.skip();
            }
        });
        try {
            return new Training(
                    from.optional(),
                    to.optional(),
                    at.optional(),
                    rows.optionalLong(),
                    data.optional(),
                    code.optional());
        } catch (IllegalArgumentException e) {
            throw json.broken(String.valueOf(e.getMessage()));
        }
    }

    private Freshness readFreshness() throws ProfileException {
        Holder<Duration> age = new Holder<>();
        Holder<Duration> every = new Holder<>();
        Holder<Freshness.StalePolicy> policy = new Holder<>();
        json.members(key -> {
            switch (key) {
                case "max_age" -> age.value = duration();
                case "retrain_every" -> every.value = duration();
                case "stale_policy" ->
                    policy.value = json.parsed(32, "warn, refuse or shadow-only", ProfileForms::stalePolicy);
                default -> json.skip();
            }
        });
        try {
            return new Freshness(age.optional(), every.optional(), policy.optional());
        } catch (IllegalArgumentException e) {
            throw json.broken(String.valueOf(e.getMessage()));
        }
    }

    private FeatureOrder readFeatures() throws ProfileException {
        List<Feature> features = new ArrayList<>();
        json.elements(FeatureOrder.FEATURES_MAX, () -> features.add(readFeature()));
        try {
            return new FeatureOrder(features);
        } catch (IllegalArgumentException e) {
            throw json.broken("is no feature order: " + e.getMessage());
        }
    }

    private Feature readFeature() throws ProfileException {
        Holder<String> name = new Holder<>();
        Holder<String> tensor = new Holder<>();
        Holder<Integer> index = new Holder<>();
        Holder<DataType> type = new Holder<>();
        Holder<Shape> shape = new Holder<>();
        Holder<FeatureDomain> domain = new Holder<>();
        json.members(key -> {
            switch (key) {
                case "name" -> name.value = json.string(NAME_LENGTH_MAX);
                case "tensor" -> tensor.value = json.string(NAME_LENGTH_MAX);
                case "index" ->
                    index.value = json.isNull() ? Feature.WHOLE : (int) json.integer(0, FeatureOrder.FEATURES_MAX);
                case "datatype" ->
                    type.value = json.parsed(
                            16, "a datatype such as FP32", text -> Objects.requireNonNull(DataType.byName(text)));
                case "shape" -> shape.value = readShape();
                case "domain" -> domain.value = new DomainReader(json).read();
                default -> json.skip();
            }
        });
        if (name.value == null
                || tensor.value == null
                || index.value == null
                || type.value == null
                || shape.value == null) {
            throw json.broken("must have name, tensor, index, datatype and shape");
        }
        return new Feature(
                name.value,
                tensor.value,
                index.value,
                type.value,
                shape.value,
                domain.optional().orElse(FeatureDomain.ANY));
    }

    private Shape readShape() throws ProfileException {
        List<Long> dimensions = new ArrayList<>();
        json.elements(RANK_MAX, () -> dimensions.add(json.integer(Shape.DYNAMIC, Long.MAX_VALUE)));
        return Shape.of(dimensions.stream().mapToLong(Long::longValue).toArray());
    }

    private String hash() throws ProfileException {
        String value = json.string(NAME_LENGTH_MAX);
        if (!Sha256.isHash(value)) {
            throw json.wrong(HASH_RULE);
        }
        return value;
    }

    private Instant time() throws ProfileException {
        return json.parsed(64, TIME_RULE, ProfileForms::time);
    }

    private Duration duration() throws ProfileException {
        return json.parsed(64, "an ISO 8601 duration such as \"P30D\" or \"PT12H\"", Duration::parse);
    }

    /** A member that may be there. */
    static final class Holder<T> {
        @Nullable T value;

        Optional<T> optional() {
            return Optional.ofNullable(value);
        }

        OptionalLong optionalLong() {
            return value instanceof Long number ? OptionalLong.of(number) : OptionalLong.empty();
        }
    }
}
