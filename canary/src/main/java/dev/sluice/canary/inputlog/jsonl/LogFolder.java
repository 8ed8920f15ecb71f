package dev.sluice.canary.inputlog.jsonl;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files of an input log.
 *
 * <p>Threading: stateless; blocks on the file system.
 */
public final class LogFolder {
    private LogFolder() {}

    /**
     * The files in order of time.
     *
     * @param folderOrFile a folder, of which all files of the log are taken and others are left alone; or one file, whatever it is
     *     called
     * @return empty for a folder without any
     * @throws LogFormatException if there is nothing of that name
     */
    public static List<LogFile> of(Path folderOrFile) throws IOException {
        if (Files.isDirectory(folderOrFile)) {
            return ofFolder(folderOrFile);
        }
        if (!Files.exists(folderOrFile)) {
            throw new LogFormatException(
                    "expected a folder or a file of the input log at " + folderOrFile + ", there is nothing");
        }
        return List.of(file(folderOrFile));
    }

    private static List<LogFile> ofFolder(Path folder) throws IOException {
        // A segment can lie there twice while it is compressed: then the compressed one is whole.
        Map<SegmentName, LogFile> found = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "sluice-*")) {
            for (Path entry : entries) {
                Optional<SegmentName> name = SegmentName.parse(String.valueOf(entry.getFileName()));
                if (name.isPresent() && isLog(entry)) {
                    add(name.get(), entry, found);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return new ArrayList<>(found.values());
    }

    private static void add(SegmentName name, Path path, Map<SegmentName, LogFile> found) throws IOException {
        try {
            found.merge(name, file(path), (a, b) -> a.form().compareTo(b.form()) >= 0 ? a : b);
        } catch (NoSuchFileException e) {
            // Renamed or deleted meanwhile. Under its new name it is listed, or was already.
            for (String suffix : List.of(SegmentName.PLAIN, SegmentName.GZIP)) {
                Path later = path.resolveSibling(name.file(suffix));
                if (Files.exists(later)) {
                    found.putIfAbsent(name, file(later));
                }
            }
        }
    }

    private static LogFile file(Path path) throws IOException {
        return new LogFile(path, LogFile.formOf(path), Files.size(path));
    }

    private static boolean isLog(Path path) {
        String suffix = SegmentName.suffix(String.valueOf(path.getFileName()));
        return suffix.equals(SegmentName.OPEN) || suffix.equals(SegmentName.PLAIN) || suffix.equals(SegmentName.GZIP);
    }
}
