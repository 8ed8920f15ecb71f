package dev.sluice.loadtest;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What Linux says about a process, read from {@code /proc}.
 *
 * <p>Threading: immutable; each method reads small files and may be called from any thread but an event loop.
 *
 * @see "proc(5)"
 */
public final class ProcFiles {
    /* The kernel reports CPU time in USER_HZ, which is 100 on every architecture Java runs on. */
    private static final long NANOS_PER_TICK = 10_000_000L;
    private static final String LISTEN = "0A";
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private final Path root;

    /**
     * Reads below a folder.
     *
     * @param root {@code /proc}, or a copy of parts of it
     */
    public ProcFiles(Path root) {
        this.root = root;
    }

    /** True when {@code /proc} exists and knows the process. */
    public boolean knows(long pid) {
        return Files.isDirectory(process(pid));
    }

    /** CPU time of all threads of the process, user and system, in nanoseconds; a multiple of 10 ms. */
    public long cpuNanos(long pid) throws IOException {
        String stat = Files.readString(process(pid).resolve("stat"));
        // The second field is the command in parentheses and may hold blanks: count from its end.
        String[] fields = BLANKS.split(stat.substring(stat.lastIndexOf(')') + 2), -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * NANOS_PER_TICK;
    }

    /** Resident memory in bytes. */
    public long residentBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(process(pid).resolve("status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(BLANKS.split(line, -1)[1]) * 1024;
            }
        }
        throw new IOException("process " + pid + " has no VmRSS");
    }

    /**
     * Time in which a thread was ready to run but had no CPU, in nanoseconds since it began; -1 where that is not known.
     *
     * @see "Linux, Documentation/scheduler/sched-stats.rst, /proc/PID/schedstat"
     */
    long runQueueWaitNanos(long pid, long threadId) {
        try {
            Path file = process(pid)
                    .resolve("task")
                    .resolve(Long.toString(threadId))
                    .resolve("schedstat");
            return Long.parseLong(BLANKS.split(Files.readString(file), -1)[1]);
        } catch (IOException | RuntimeException e) {
            return -1;
        }
    }

    /** The Linux id of the calling thread, or -1 where that is not known. */
    long idOfThisThread() {
        try {
            return Long.parseLong(Files.readSymbolicLink(root.resolve("thread-self"))
                    .getFileName()
                    .toString());
        } catch (IOException | RuntimeException e) {
            return -1;
        }
    }

    /**
     * Asks Linux to wake the calling thread at the time it asked for instead of up to 50 µs later, the default slack;
     * without effect elsewhere.
     *
     * @see "prctl(2), PR_SET_TIMERSLACK"
     */
    void sharpenTimersOfThisThread() {
        try {
            Files.writeString(root.resolve("thread-self").resolve("timerslack_ns"), "1000");
        } catch (IOException e) {
            // Not allowed here: sends are then some 50 µs later, which the lateness shows.
            return;
        }
    }

    /** True when the process holds a listening TCP socket on {@code port}. */
    public boolean listensOn(long pid, int port) throws IOException {
        Set<String> listening = new HashSet<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            Path file = process(pid).resolve(table);
            if (Files.exists(file)) {
                collectListeners(Files.readAllLines(file), port, listening);
            }
        }
        if (listening.isEmpty()) {
            return false;
        }
        try (DirectoryStream<Path> descriptors =
                Files.newDirectoryStream(process(pid).resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (listening.contains(linkTarget(descriptor))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Adds the inodes of the listening sockets on {@code port}, spelled as the links in {@code fd} spell them. */
    private static void collectListeners(List<String> lines, int port, Set<String> inodes) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        for (String line : lines) {
            String[] fields = BLANKS.split(line.strip(), -1);
            if (fields.length > 9 && fields[1].endsWith(suffix) && fields[3].equals(LISTEN)) {
                inodes.add("socket:[" + fields[9] + "]");
            }
        }
    }

    private static String linkTarget(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            // Descriptors come and go while the folder is read.
            return "";
        }
    }

    private Path process(long pid) {
        return root.resolve(Long.toString(pid));
    }
}
