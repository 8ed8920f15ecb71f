package dev.sluice.loadtest.proof.inputlog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;

/**
 * Reads the files of an input log and looks for flaws, with none of the server's code.
 *
 * <p>Each process's files are read once, when they are asked for. Ids are kept for all of them, so that none may be there twice.
 *
 * <p>Bound: the records of one proof.
 *
 * <p>Threading: confined to the main thread.
 *
 * @see "docs/input-log.md"
 */
public final class LogFiles {
    private static final Pattern NAME =
            Pattern.compile("(sluice-\\d{8}T\\d{6}Z-([0-9a-f]{16})-\\d{6,18})\\.jsonl(\\.open|\\.gz|)");
    private static final int FLAWS_MAX = 20;
    private static final int TRIES = 5;

    private final ObjectMapper mapper = new ObjectMapper();
    private final Path folder;
    private final Set<String> ids = new HashSet<>();
    private final List<String> flaws = new ArrayList<>();

    public LogFiles(Path folder) {
        this.folder = folder;
    }

    /** Processes that have files there. */
    public Set<String> instances() throws IOException {
        Set<String> instances = new HashSet<>();
        for (Path file : segments().values()) {
            instances.add(instance(file));
        }
        return instances;
    }

    /** Whether a process has a file that is not closed. */
    public boolean hasOpen(String instance) throws IOException {
        return segments().values().stream().anyMatch(file -> instance(file).equals(instance) && isOpen(file));
    }

    /** Reads all files of a process; what is wrong with them is added to {@link #flaws}. */
    public InstanceLog read(String instance) throws IOException {
        InstanceLog log = new InstanceLog(instance);
        List<String> names = segments().entrySet().stream()
                .filter(entry -> instance(entry.getValue()).equals(instance))
                .map(Map.Entry::getKey)
                .toList();
        for (String name : names) {
            read(name, log);
        }
        return log;
    }

    /** What was wrong so far, the first few. */
    public List<String> flaws() {
        return List.copyOf(flaws);
    }

    /** Different records so far. */
    public int idCount() {
        return ids.size();
    }

    /** By segment, in order of their names; where one lies there twice, the compressed file. */
    private Map<String, Path> segments() throws IOException {
        Map<String, Path> segments = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> listed = Files.list(folder)) {
                for (Path file : (Iterable<Path>) listed::iterator) {
                    Matcher matcher = NAME.matcher(String.valueOf(file.getFileName()));
                    if (matcher.matches()) {
                        segments.merge(matcher.group(1), file, (a, b) -> isCompressed(a) ? a : b);
                    }
                }
            }
        }
        return segments;
    }

    private static String instance(Path file) {
        Matcher matcher = NAME.matcher(String.valueOf(file.getFileName()));
        return matcher.matches() ? matcher.group(2) : "";
    }

    private static boolean isOpen(Path file) {
        return file.toString().endsWith(".open");
    }

    private static boolean isCompressed(Path file) {
        return file.toString().endsWith(".gz");
    }

    /** A file may be compressed, or renamed, while it is looked for. */
    private void read(String segment, InstanceLog log) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Path file = segments().get(segment);
            if (file == null) {
                flaw(segment + " has gone");
                return;
            }
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = isCompressed(file) ? new GZIPInputStream(in).readAllBytes() : in.readAllBytes();
            } catch (NoSuchFileException e) {
                if (attempt == TRIES) {
                    throw e;
                }
                continue;
            }
            log.segment(isOpen(file));
            lines(file, bytes, log);
            return;
        }
    }

    private void lines(Path file, byte[] bytes, InstanceLog log) {
        String name = String.valueOf(file.getFileName());
        CRC32C checksum = new CRC32C();
        long inWindow = 0;
        String last = "";
        int line = 0;
        int from = 0;
        while (from < bytes.length) {
            int end = from;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            line++;
            if (end == bytes.length) {
                if (!isOpen(file)) {
                    flaw(name + ":" + line + ": the last line is torn");
                }
                return;
            }
            JsonNode node = node(bytes, from, end);
            last = node.path("type").asText();
            switch (last) {
                case "segment" -> {
                    if (line != 1 || !node.path("instance").asText().equals(log.instance())) {
                        flaw(name + ":" + line + ": the head of a segment is out of place");
                    }
                }
                case "prediction" -> {
                    inWindow++;
                    log.record();
                    checksum.update(bytes, from, end + 1 - from);
                    prediction(name + ":" + line, node);
                }
                case "window" -> {
                    window(name + ":" + line, node, inWindow, checksum.getValue());
                    log.window(node);
                    inWindow = 0;
                    checksum.reset();
                }
                default ->
                    flaw(name + ":" + line + ": no line of the log: "
                            + new String(
                                    Arrays.copyOfRange(bytes, from, Math.min(end, from + 80)), StandardCharsets.UTF_8));
            }
            from = end + 1;
        }
        if (!isOpen(file) && !last.equals("window")) {
            flaw(name + ": a closed file must end with a window's line, got '" + last + "'");
        }
    }

    private JsonNode node(byte[] bytes, int from, int end) {
        try {
            return mapper.readTree(bytes, from, end - from);
        } catch (IOException e) {
            return mapper.missingNode();
        }
    }

    private void prediction(String place, JsonNode node) {
        String id = node.path("prediction_id").asText();
        if (id.isEmpty() || !ids.add(id)) {
            flaw(place + ": prediction '" + id + "' is there twice, or without an id");
        }
        boolean ended = node.path("response").path("outputs").isArray()
                || node.path("error").has("code");
        if (!node.path("request").path("inputs").isArray() || !ended) {
            flaw(place + ": a record must hold a request, and an answer or an error");
        }
    }

    private void window(String place, JsonNode node, long records, long checksum) {
        long logged = node.path("logged").asLong();
        if (logged != records) {
            flaw(place + ": the window says that " + logged + " records are logged, there are " + records);
        }
        if (!node.path("crc32c").asText().equals(String.format("%08x", checksum))) {
            flaw(place + ": the window's checksum is not that of its records");
        }
        Map<String, Long> dropped = new TreeMap<>();
        node.path("dropped")
                .fields()
                .forEachRemaining(
                        each -> dropped.put(each.getKey(), each.getValue().asLong()));
        long sum = logged
                + node.path("sampled_out").asLong()
                + dropped.values().stream().mapToLong(Long::longValue).sum();
        if (node.path("received").asLong() != sum) {
            flaw(place + ": received must be logged + dropped + sampled out, got " + node);
        }
    }

    private void flaw(String words) {
        if (flaws.size() < FLAWS_MAX) {
            flaws.add(words);
        }
    }
}
