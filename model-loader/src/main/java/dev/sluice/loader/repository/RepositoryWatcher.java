package dev.sluice.loader.repository;

import dev.sluice.model.NanoClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the repository looked at when something in its folders changed; loads nothing itself.
 *
 * <p>Changes are gathered: a look follows once they pause for {@value #QUIET_MILLIS} ms, at most {@value #DELAY_MILLIS_MAX} ms after
 * the first. Without any change there is one every {@value #SAFETY_SECONDS} s. A look that fails is repeated after a second and
 * logged once.
 *
 * <p>Bound: {@value #FOLDERS_MAX} watched folders. Beyond it, or beyond what the operating system allows, it says so once and
 * looks regularly instead.
 *
 * <p>Threading: thread-safe. Has one thread, on which everything is called.
 */
public final class RepositoryWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RepositoryWatcher.class);
    private static final int QUIET_MILLIS = 100;
    private static final int DELAY_MILLIS_MAX = 1000;
    private static final int SAFETY_SECONDS = 60;
    private static final int FOLDERS_MAX = 50_000;
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final long CLOSE_MILLIS_MAX = 2000;

    private final List<Path> roots;
    private final Duration pollInterval;
    private final Look look;
    private final NanoClock clock;
    private final InstantSource wall;
    private final AtomicLong looks = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final Thread thread;
    private volatile ChangeSource source;
    private volatile WatchMode mode;
    private volatile @Nullable Instant lastLook;
    private volatile boolean closed;
    private @Nullable String lastFailure;

    /** Looks at the repository. */
    @FunctionalInterface
    public interface Look {
        /**
         * Looks.
         *
         * @return after what time another look is worth it although nothing changes; empty: none is
         * @throws RuntimeException when it cannot be looked at
         */
        Optional<Duration> look();
    }

    private RepositoryWatcher(
            List<Path> roots,
            WatchMode mode,
            Duration pollInterval,
            Look look,
            NanoClock clock,
            InstantSource wall,
            int foldersMax) {
        this.roots = List.copyOf(roots);
        this.pollInterval = pollInterval;
        this.look = look;
        this.clock = clock;
        this.wall = wall;
        this.mode = WatchMode.POLL;
        this.source = new PolledChanges(this.roots, pollInterval, clock);
        if (mode == WatchMode.NOTIFY || (mode == WatchMode.AUTO && allLocal(this.roots))) {
            try {
                this.source = new NotifiedChanges(this.roots, foldersMax);
                this.mode = WatchMode.NOTIFY;
            } catch (IOException e) {
                warn(e);
            }
        }
        thread = new Thread(this::run, "sluice-watch");
        thread.setDaemon(true);
    }

    /**
     * Watches from now on; the first look follows at once.
     *
     * @param roots the repository's folders
     * @param mode not {@link WatchMode#OFF}: where nothing is watched, there is no watcher
     * @param pollInterval how often it compares where it is not told
     */
    public static RepositoryWatcher start(
            List<Path> roots, WatchMode mode, Duration pollInterval, Look look, NanoClock clock, InstantSource wall) {
        return start(roots, mode, pollInterval, look, clock, wall, FOLDERS_MAX);
    }

    static RepositoryWatcher start(
            List<Path> roots,
            WatchMode mode,
            Duration pollInterval,
            Look look,
            NanoClock clock,
            InstantSource wall,
            int foldersMax) {
        if (mode == WatchMode.OFF) {
            throw new IllegalArgumentException("mode must be auto, notify or poll, got off");
        }
        RepositoryWatcher watcher = new RepositoryWatcher(roots, mode, pollInterval, look, clock, wall, foldersMax);
        watcher.thread.start();
        return watcher;
    }

    /** How it notices changes now: {@link WatchMode#NOTIFY} or {@link WatchMode#POLL}. */
    public WatchMode mode() {
        return mode;
    }

    /** Folders that the operating system watches; 0 while it polls. */
    public int watchedFolders() {
        return source.folders();
    }

    /** How often it looked, failures included. */
    public long looks() {
        return looks.get();
    }

    /** How often that failed. */
    public long failures() {
        return failures.get();
    }

    /** When it looked last and did not fail; empty before. */
    public Optional<Instant> lastLook() {
        return Optional.ofNullable(lastLook);
    }

    private void run() {
        LookSchedule schedule = new LookSchedule(
                clock.nanoTime(),
                Duration.ofMillis(QUIET_MILLIS),
                Duration.ofMillis(DELAY_MILLIS_MAX),
                Duration.ofSeconds(SAFETY_SECONDS));
        while (!closed) {
            try {
                step(schedule);
            } catch (IOException e) {
                poll(e, schedule);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void step(LookSchedule schedule) throws IOException, InterruptedException {
        long wait = schedule.waitNanos(clock.nanoTime());
        if (wait > 0) {
            if (source.await(wait)) {
                schedule.changed(clock.nanoTime());
            }
            return;
        }
        source.resync();
        schedule.begin(clock.nanoTime());
        Optional<Duration> again = lookOnce();
        schedule.end(clock.nanoTime(), again);
    }

    private Optional<Duration> lookOnce() {
        looks.incrementAndGet();
        try {
            Optional<Duration> again = look.look();
            lastLook = wall.instant();
            if (lastFailure != null) {
                LOG.info("event=repository_read_again");
                lastFailure = null;
            }
            return again;
        } catch (RuntimeException e) {
            failures.incrementAndGet();
            String reason = String.valueOf(e.getMessage());
            if (!reason.equals(lastFailure) && !closed) {
                boolean expected = e instanceof RepositoryException;
                LOG.warn("event=repository_unreadable reason=\"{}\" what serves stays", reason, expected ? null : e);
                lastFailure = reason;
            }
            return Optional.of(AFTER_FAILURE);
        }
    }

    /** Goes over to looking regularly. */
    private void poll(IOException reason, LookSchedule schedule) {
        if (closed) {
            return;
        }
        if (mode == WatchMode.NOTIFY) {
            warn(reason);
            mode = WatchMode.POLL;
            source.close();
            source = new PolledChanges(roots, pollInterval, clock);
            if (closed) {
                source.close();
            }
        } else {
            // A walk that fails as a whole: let the look say why.
            schedule.begin(clock.nanoTime());
            schedule.end(clock.nanoTime(), lookOnce());
        }
    }

    private void warn(IOException reason) {
        LOG.warn(
                "event=watch_by_polling interval={} reason=\"{}\"; on Linux fs.inotify.max_user_watches and"
                        + " fs.inotify.max_user_instances bound what can be watched",
                pollInterval,
                reason.getMessage());
    }

    private static boolean allLocal(List<Path> roots) {
        for (Path root : roots) {
            RepositoryStorage storage = RepositoryStorage.of(root);
            if (!storage.local()) {
                LOG.warn(
                        "event=watch_by_polling reason=\"{} lies on a file system of type {}, which does not tell of"
                                + " changes made elsewhere\"",
                        root,
                        storage.type());
                return false;
            }
        }
        return true;
    }

    /** Stops its thread; a look that is going on ends first, within two seconds. */
    @Override
    public void close() {
        closed = true;
        source.close();
        try {
            thread.join(CLOSE_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
