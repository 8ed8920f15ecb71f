package dev.sluice.loader.fakes;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/** A path of {@link FakeFileSystem}: a real one behind it. */
record FakePath(FakeFileSystem system, Path behind) implements Path {
    static Path real(Path path) {
        return path instanceof FakePath fake ? fake.behind : path;
    }

    private Path of(Path path) {
        return system.of(path);
    }

    private @Nullable Path ofNullable(@Nullable Path path) {
        return path == null ? null : of(path);
    }

    @Override
    public FileSystem getFileSystem() {
        return system;
    }

    @Override
    public boolean isAbsolute() {
        return behind.isAbsolute();
    }

    @Override
    public @Nullable Path getRoot() {
        return ofNullable(behind.getRoot());
    }

    @Override
    public @Nullable Path getFileName() {
        return ofNullable(behind.getFileName());
    }

    @Override
    public @Nullable Path getParent() {
        return ofNullable(behind.getParent());
    }

    @Override
    public int getNameCount() {
        return behind.getNameCount();
    }

    @Override
    public Path getName(int index) {
        return of(behind.getName(index));
    }

    @Override
    public Path subpath(int begin, int end) {
        return of(behind.subpath(begin, end));
    }

    @Override
    public boolean startsWith(Path other) {
        return behind.startsWith(real(other));
    }

    @Override
    public boolean endsWith(Path other) {
        return behind.endsWith(real(other));
    }

    @Override
    public Path normalize() {
        return of(behind.normalize());
    }

    @Override
    public Path resolve(Path other) {
        return of(behind.resolve(real(other)));
    }

    @Override
    public Path relativize(Path other) {
        return of(behind.relativize(real(other)));
    }

    @Override
    public URI toUri() {
        return behind.toUri();
    }

    @Override
    public Path toAbsolutePath() {
        return of(behind.toAbsolutePath());
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
        return of(system.faulty().before(FakeFileSystem.Call.REAL_PATH, this).toRealPath(options));
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Path other) {
        return behind.compareTo(real(other));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FakePath path && path.behind.equals(behind);
    }

    @Override
    public int hashCode() {
        return behind.hashCode();
    }

    @Override
    public String toString() {
        return behind.toString();
    }
}
