package dev.sluice.loader.repository;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Changes that the operating system tells of, folder by folder.
 *
 * <p>Every folder in the repository is registered, again before each look, so that folders that came, went or were replaced are
 * no special case. The folder around a repository folder is registered too, for that one name: a repository that is deleted and
 * comes back, or is a link that is turned, is noticed. An event that says that events were lost counts as a change.
 *
 * <p>Bound: {@code foldersMax} folders; with more, {@link #resync} fails.
 *
 * <p>Threading: as {@link ChangeSource} says.
 */
final class NotifiedChanges implements ChangeSource {
    private static final WatchEvent.Kind<?>[] KINDS = {
        StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_DELETE
    };

    private final List<Path> roots;
    private final int foldersMax;
    private final WatchService service;
    private final Set<WatchKey> keys = new HashSet<>();

    /** By the folder around them, the names of repository folders. */
    private final Map<WatchKey, Set<Path>> around = new HashMap<>();

    private volatile int folders;

    /**
     * @throws IOException when the operating system has no more to give
     */
    NotifiedChanges(List<Path> roots, int foldersMax) throws IOException {
        this.roots =
                roots.stream().map(root -> root.toAbsolutePath().normalize()).toList();
        this.foldersMax = foldersMax;
        this.service = FileSystems.getDefault().newWatchService();
    }

    @Override
    public void resync() throws IOException {
        Set<WatchKey> current = new HashSet<>();
        around.clear();
        for (Path root : roots) {
            Path parent = root.getParent();
            if (parent != null && Files.isDirectory(parent)) {
                WatchKey key = register(parent, current);
                around.computeIfAbsent(key, folder -> new HashSet<>()).add(Objects.requireNonNull(root.getFileName()));
            }
        }
        Set<WatchKey> inside = new HashSet<>();
        for (Path root : roots) {
            new FolderWalk(root) {
                @Override
                void folder(Path folder, BasicFileAttributes attributes) throws IOException {
                    try {
                        inside.add(register(folder, current));
                    } catch (NoSuchFileException | NotDirectoryException e) {
                        // It went away again.
                    }
                }

                @Override
                void file(Path file, BasicFileAttributes attributes) {}
            }.over();
        }
        inside.forEach(around::remove); // a repository folder around another one: every name in it matters
        for (WatchKey key : List.copyOf(keys)) {
            if (!current.contains(key)) {
                key.cancel();
            }
        }
        keys.clear();
        keys.addAll(current);
        folders = keys.size();
    }

    private WatchKey register(Path folder, Set<WatchKey> current) throws IOException {
        if (current.size() >= foldersMax) {
            throw new IOException("there are more than " + foldersMax + " folders");
        }
        WatchKey key = folder.register(service, KINDS);
        current.add(key);
        return key;
    }

    @Override
    public boolean await(long nanos) throws InterruptedException {
        try {
            long end = System.nanoTime() + nanos;
            boolean changed = false;
            while (!changed) {
                WatchKey key = service.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (key == null) {
                    return false;
                }
                while (key != null) {
                    changed |= take(key);
                    key = service.poll();
                }
            }
            return true;
        } catch (ClosedWatchServiceException e) {
            return false;
        }
    }

    private boolean take(WatchKey key) {
        boolean changed = false;
        Set<Path> names = around.get(key);
        for (WatchEvent<?> event : key.pollEvents()) {
            if (event.context() instanceof Path name) {
                changed |= names == null ? !FolderWalk.isIgnored(name) : names.contains(name);
            } else {
                changed = true; // events were lost
            }
        }
        if (!key.reset()) {
            keys.remove(key); // its folder is gone
            folders = keys.size();
            changed = true;
        }
        return changed;
    }

    @Override
    public int folders() {
        return folders;
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            throw new IllegalStateException("the watch service does not close", e);
        }
    }
}
