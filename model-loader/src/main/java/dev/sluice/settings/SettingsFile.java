package dev.sluice.settings;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A YAML file read as nodes: YAML 1.2, one document, a mapping at the top, UTF-8, at most 1 MiB.
 *
 * <p>Threading: stateless; {@link #read} blocks on the file system.
 */
public final class SettingsFile {
    private static final long SIZE_MAX = 1 << 20;

    private SettingsFile() {}

    /**
     * The file's top mapping; an empty one, with a problem, when the file cannot be read.
     *
     * @param fileName what messages call it
     */
    public static SettingsNode.Mapping read(Path file, String fileName, Problems problems) {
        Place place = Place.file(fileName);
        try {
            return parse(fileName, text(file), problems);
        } catch (NoSuchFileException e) {
            problems.add(place, "", "no such file");
        } catch (AccessDeniedException e) {
            problems.add(place, "", "cannot be read: access denied");
        } catch (CharacterCodingException e) {
            problems.add(place, "", "must be UTF-8 text");
        } catch (IOException e) {
            problems.add(place, "", "cannot be read: " + e.getMessage());
        }
        return SettingsNode.Mapping.empty(place);
    }

    /** The top mapping of a text; an empty one, with a problem, when it is not YAML or not a mapping. */
    public static SettingsNode.Mapping parse(String fileName, String text, Problems problems) {
        SettingsNode root = YamlComposer.compose(line -> new Place(fileName, line), "", text, problems);
        if (root instanceof SettingsNode.Mapping mapping) {
            return mapping;
        }
        if (!(root instanceof SettingsNode.Scalar scalar && scalar.isNothing())) {
            problems.add(
                    root.place(),
                    "",
                    BadValueException.rule("must be a mapping of keys to values", root)
                            .line(false));
        }
        return SettingsNode.Mapping.empty(root.place());
    }

    /**
     * A text file of at most 1 MiB.
     *
     * @throws CharacterCodingException when it is not UTF-8
     * @throws IOException when it is larger or cannot be read
     */
    public static String text(Path file) throws IOException {
        long size = Files.size(file);
        if (size > SIZE_MAX) {
            throw new IOException("it has " + size + " bytes, at most " + SIZE_MAX + " are read");
        }
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                .toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
}
