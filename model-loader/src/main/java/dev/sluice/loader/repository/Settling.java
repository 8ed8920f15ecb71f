package dev.sluice.loader.repository;

import dev.sluice.model.ModelKey;
import dev.sluice.model.NanoClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a version that has no manifest is complete: once none of its files has changed for a while.
 *
 * <p>Somebody may be copying it at this moment, and nothing else says when that is over. Until then a version that is new is not
 * there, and one that was there before is there as it was. A version with a manifest needs no waiting: the manifest was written
 * last, and proves it.
 *
 * <p>How long nothing has changed is seen from one look to the next. At the first look it is taken from the times that the file
 * system says; where its clock may be another machine's, only a change of more than {@value #SKEW_SECONDS} s ago counts as old.
 *
 * <p>Bound: one entry for each version folder of the last look, and for each that is still there and could not be read.
 *
 * <p>Threading: confined to whoever holds the repository's lock.
 */
public final class Settling {
    private static final int SKEW_SECONDS = 60;

    private final Duration settle;
    private final NanoClock clock;
    private final InstantSource wall;
    private Map<Path, Seen> seen = Map.of();

    /**
     * @param settle how long nothing must change; zero: whatever lies there is taken for complete
     */
    public Settling(Duration settle, NanoClock clock, InstantSource wall) {
        this.settle = settle;
        this.clock = clock;
        this.wall = wall;
    }

    /** Takes whatever lies there for complete. */
    public static Settling none() {
        return new Settling(Duration.ZERO, NanoClock.system(), InstantSource.system());
    }

    /** How long nothing must change. */
    public Duration time() {
        return settle;
    }

    /**
     * What was seen of one version folder.
     *
     * @param since when it was first seen with this stamp, or earlier where the file system says so
     * @param visible the version as it settled last; null when it never has
     */
    private record Seen(long stamp, long since, @Nullable VersionFiles visible) {}

    /** Begins a look at all versions. */
    Pass begin() {
        return new Pass();
    }

    /** One look at all versions; counts only once it has {@link #end}ed. */
    final class Pass {
        private final Map<Path, Seen> now = new HashMap<>();
        private final long nanos = clock.nanoTime();
        private @Nullable Duration lookAgain;

        /**
         * The version as it may be served; empty while it is new and still changes.
         *
         * @param files as they lie now
         * @param tree what its stamp was made of
         * @param localClock whether the file system's times are this machine's
         */
        Optional<VersionFiles> judge(VersionFiles files, VersionTree tree, boolean localClock) throws IOException {
            if (settle.isZero() || VersionManifest.isPresent(files.folder())) {
                now.put(files.folder(), new Seen(files.stamp(), nanos, files));
                return Optional.of(files);
            }
            Seen before = seen.get(files.folder());
            VersionFiles visible = before == null ? null : before.visible();
            if (visible != null && visible.stamp() == files.stamp()) {
                now.put(files.folder(), new Seen(files.stamp(), nanos, files));
                return Optional.of(files);
            }
            long since =
                    before != null && before.stamp() == files.stamp() ? before.since() : nanos - age(tree, localClock);
            long left = since + settle.toNanos() - nanos;
            if (left <= 0) {
                now.put(files.folder(), new Seen(files.stamp(), since, files));
                return Optional.of(files);
            }
            now.put(files.folder(), new Seen(files.stamp(), since, visible));
            Duration rest = Duration.ofNanos(left);
            lookAgain = lookAgain == null || rest.compareTo(lookAgain) < 0 ? rest : lookAgain;
            return Optional.ofNullable(visible);
        }

        /** The version as it settled last, where it cannot be read now; empty when it never has. */
        Optional<VersionFiles> keep(ModelKey key, Path folder) {
            Seen before = seen.get(folder);
            if (before == null) {
                return Optional.empty();
            }
            now.put(folder, before);
            return Optional.ofNullable(before.visible())
                    .filter(files -> files.key().equals(key));
        }

        /**
         * Ends the look.
         *
         * @param whole whether everything could be read; else what was seen of versions that were not judged stays known
         * @return when the next version that still changes may have settled; empty when all have
         */
        Optional<Duration> end(boolean whole) {
            if (!whole) {
                seen.forEach((folder, before) -> {
                    if (!now.containsKey(folder) && !Files.notExists(folder)) {
                        now.put(folder, before);
                    }
                });
            }
            seen = Map.copyOf(now);
            return Optional.ofNullable(lookAgain);
        }

        /** For how many nanoseconds nothing has changed, as far as the file system's clock can be trusted. */
        private long age(VersionTree tree, boolean localClock) throws IOException {
            Instant last = tree.lastChange();
            Duration age = Duration.between(last, wall.instant());
            Duration sure = localClock ? age : age.minusSeconds(SKEW_SECONDS);
            if (sure.isNegative()) {
                return 0;
            }
            return sure.compareTo(settle) >= 0 ? settle.toNanos() : sure.toNanos();
        }
    }
}
