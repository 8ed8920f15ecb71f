package dev.sluice.loader.repository;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ModelKey;
import dev.sluice.settings.NearestWord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The JSON of {@code manifest.json}, schema 1.
 *
 * <p>Strict: a key that the schema lacks, a key twice and anything behind the document are refused, because a manifest that is
 * not understood whole proves nothing.
 *
 * <p>Threading: stateless; {@link #read} blocks on the file system.
 *
 * @see "docs/publishing.md, section The manifest"
 */
final class ManifestFormat {
    private static final int DEPTH_MAX = 8;
    private static final List<String> KEYS = List.of("schema", "model", "version", "files", "lineage");
    private static final List<String> FILE_KEYS = List.of("path", "size", "sha256");
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxStringLength(2 * ManifestEntry.PATH_LENGTH_MAX)
                            .maxNumberLength(20)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ManifestFormat() {}

    /**
     * Reads a manifest.
     *
     * @throws java.nio.file.NoSuchFileException when there is none
     * @throws ManifestException when it breaks a rule of the format
     */
    static VersionManifest read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(VersionManifest.BYTES_MAX + 1);
        }
        if (bytes.length > VersionManifest.BYTES_MAX) {
            throw broken("", "must have at most " + VersionManifest.BYTES_MAX + " bytes");
        }
        return parse(bytes);
    }

    static VersionManifest parse(byte[] bytes) throws ManifestException {
        JsonNode root;
        try {
            root = MAPPER.readTree(bytes);
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new ManifestException(
                    VersionManifest.FILE_NAME + ":" + line + ": must be JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ManifestException(VersionManifest.FILE_NAME + ": must be JSON: " + e.getMessage(), e);
        }
        if (!root.isObject()) {
            throw broken("", "must be a JSON object");
        }
        // First of all: the other rules are those of this number.
        long schema = integer(root, "", "schema");
        if (schema != VersionManifest.SCHEMA) {
            throw broken("schema", "must be " + VersionManifest.SCHEMA + ", got " + schema);
        }
        rejectUnknown(root, "", KEYS);
        try {
            ModelKey key = new ModelKey(text(root, "", "model"), integer(root, "", "version"));
            return new VersionManifest(key, files(root), lineage(root));
        } catch (IllegalArgumentException e) {
            throw broken("", String.valueOf(e.getMessage()));
        }
    }

    static String write(VersionManifest manifest) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("schema", VersionManifest.SCHEMA);
        root.put("model", manifest.key().name());
        root.put("version", manifest.key().version());
        ArrayNode files = root.putArray("files");
        for (ManifestEntry entry : manifest.files()) {
            ObjectNode file = files.addObject();
            file.put("path", entry.path());
            file.put("size", entry.size());
            file.put("sha256", entry.sha256());
        }
        ObjectNode lineage = root.putObject("lineage");
        manifest.lineage().texts().forEach(lineage::put);
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<ManifestEntry> files(JsonNode root) throws ManifestException {
        JsonNode list = root.path("files");
        if (!list.isArray()) {
            throw broken("files", "must be a list");
        }
        if (list.size() > VersionManifest.FILES_MAX) {
            throw broken("files", "must list at most " + VersionManifest.FILES_MAX + " files, got " + list.size());
        }
        List<ManifestEntry> files = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            JsonNode file = list.get(i);
            String place = "files[" + i + "]";
            if (!file.isObject()) {
                throw broken(place, "must be an object with " + String.join(", ", FILE_KEYS));
            }
            rejectUnknown(file, place + ".", FILE_KEYS);
            String path = text(file, place + ".", "path");
            long size = integer(file, place + ".", "size");
            String sha256 = text(file, place + ".", "sha256");
            try {
                files.add(new ManifestEntry(path, size, sha256));
            } catch (IllegalArgumentException e) {
                throw broken("", place + "." + e.getMessage());
            }
        }
        return files;
    }

    private static Lineage lineage(JsonNode root) throws ManifestException {
        JsonNode lineage = root.path("lineage");
        if (lineage.isMissingNode()) {
            return Lineage.NONE;
        }
        if (!lineage.isObject()) {
            throw broken("lineage", "must be an object");
        }
        rejectUnknown(lineage, "lineage.", Lineage.KEYS);
        Map<String, String> texts = new HashMap<>();
        for (String key : Lineage.KEYS) {
            if (lineage.has(key)) {
                texts.put(key, text(lineage, "lineage.", key));
            }
        }
        List<Optional<String>> found = Lineage.KEYS.stream()
                .map(key -> Optional.ofNullable(texts.get(key)))
                .toList();
        try {
            return new Lineage(found.get(0), found.get(1), found.get(2), found.get(3), found.get(4), found.get(5));
        } catch (IllegalArgumentException e) {
            throw broken("", "lineage." + e.getMessage());
        }
    }

    private static String text(JsonNode object, String prefix, String key) throws ManifestException {
        JsonNode value = object.path(key);
        if (!value.isTextual()) {
            throw broken(prefix + key, value.isMissingNode() ? "is missing" : "must be text, got " + value);
        }
        return value.textValue();
    }

    private static long integer(JsonNode object, String prefix, String key) throws ManifestException {
        JsonNode value = object.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw broken(prefix + key, value.isMissingNode() ? "is missing" : "must be an integer, got " + value);
        }
        return value.longValue();
    }

    private static void rejectUnknown(JsonNode object, String prefix, List<String> known) throws ManifestException {
        for (Map.Entry<String, JsonNode> property : object.properties()) {
            String key = property.getKey();
            if (!known.contains(key)) {
                String meant = NearestWord.of(key, known)
                        .map(near -> "; did you mean " + near + "?")
                        .orElse("");
                throw broken(prefix + key, "unknown key" + meant);
            }
        }
    }

    private static ManifestException broken(String place, String rule) {
        return new ManifestException(
                VersionManifest.FILE_NAME + ": " + (place.isEmpty() ? "" : place + ": ") + rule, null);
    }
}
