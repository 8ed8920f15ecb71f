package dev.sluice.gateway.cli;

import dev.sluice.canary.inputlog.jsonl.LogCursor;
import dev.sluice.canary.inputlog.jsonl.LogFile;
import dev.sluice.canary.inputlog.jsonl.LogFolder;
import dev.sluice.canary.inputlog.jsonl.LogLine;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows the end of a log, and then what is added to it: in files that are written, and in those that begin, of any process.
 *
 * <p>Threading: confined to one thread.
 */
final class LogFollower implements Closeable {
    private final Path log;
    private final BiFunction<LogLine, LogCursor, @Nullable String> text;
    private final Map<String, LogCursor> open = new HashMap<>();
    private final Set<String> done = new HashSet<>();

    /**
     * @param log folder or file
     * @param text of a line; null for those that are not shown
     */
    LogFollower(Path log, BiFunction<LogLine, LogCursor, @Nullable String> text) {
        this.log = log;
        this.text = text;
    }

    /** The last lines that are there. */
    List<String> last(List<LogFile> files, int count) throws IOException {
        Deque<String> found = new ArrayDeque<>();
        for (int i = files.size() - 1; i >= 0; i--) {
            // Every file that is written is read to its end, to go on from there.
            if (found.size() < count || files.get(i).form() == LogFile.Form.OPEN) {
                lastOf(files.get(i), count - found.size(), found);
            }
            done.add(stem(files.get(i)));
        }
        return new ArrayList<>(found);
    }

    private void lastOf(LogFile file, int count, Deque<String> found) throws IOException {
        Deque<String> kept = new ArrayDeque<>();
        LogCursor cursor = file.open();
        try {
            drain(cursor, line -> {
                kept.addLast(line);
                if (kept.size() > count) {
                    kept.removeFirst();
                }
            });
        } finally {
            if (file.form() == LogFile.Form.OPEN) {
                open.put(stem(file), cursor);
            } else {
                cursor.close();
            }
        }
        while (!kept.isEmpty()) {
            found.addFirst(kept.removeLast());
        }
    }

    /** What was added since the last call. */
    List<String> more() throws IOException {
        List<String> lines = new ArrayList<>();
        List<LogFile> files = LogFolder.of(log);
        for (LogFile file : files) {
            String stem = stem(file);
            if (!open.containsKey(stem) && done.add(stem)) {
                try {
                    open.put(stem, file.open());
                } catch (NoSuchFileException e) {
                    continue; // removed again
                }
            }
            LogCursor cursor = open.get(stem);
            if (cursor != null) {
                drain(cursor, lines::add);
                if (file.form() != LogFile.Form.OPEN) {
                    cursor.close();
                    open.remove(stem);
                }
            }
        }
        forget(files);
        return lines;
    }

    /** What is gone is not read any more. */
    private void forget(List<LogFile> files) throws IOException {
        Set<String> there = new HashSet<>();
        files.forEach(file -> there.add(stem(file)));
        done.retainAll(there);
        for (String stem : List.copyOf(open.keySet())) {
            LogCursor gone = there.contains(stem) ? null : open.remove(stem);
            if (gone != null) {
                gone.close();
            }
        }
    }

    private void drain(LogCursor cursor, Consumer<String> to) throws IOException {
        LogLine line = cursor.next();
        while (line != null) {
            String shown = text.apply(line, cursor);
            if (shown != null) {
                to.accept(shown);
            }
            line = cursor.next();
        }
    }

    /** The name of the segment, whatever form its file has. */
    private static String stem(LogFile file) {
        String name = String.valueOf(file.path().getFileName());
        int dot = name.indexOf(".jsonl");
        return dot < 0 ? name : name.substring(0, dot);
    }

    @Override
    public void close() throws IOException {
        for (LogCursor cursor : open.values()) {
            cursor.close();
        }
        open.clear();
    }
}
