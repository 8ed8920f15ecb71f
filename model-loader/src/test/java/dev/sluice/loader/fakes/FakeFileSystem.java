package dev.sluice.loader.fakes;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Set;

/**
 * The machine's files, with failures as a test wants them: of permissions, which count for nothing where tests run as root, and
 * of servers that go away.
 *
 * <p>Threading: confined to one thread.
 */
public final class FakeFileSystem extends FileSystem {
    private final FileSystem real = FileSystems.getDefault();
    private final FakeFileSystemProvider provider = new FakeFileSystemProvider(this);

    /** What is done to a file or folder. */
    public enum Call {
        LIST,
        NEXT_ENTRY,
        ATTRIBUTES,
        ACCESS,
        OPEN,
        REAL_PATH
    }

    /** Decides which calls fail. */
    @FunctionalInterface
    public interface Faults {
        /**
         * Called before each call.
         *
         * @param path real
         * @throws IOException if the call is to fail
         */
        void before(Call call, Path path) throws IOException;
    }

    /** From now on, calls fail as this says. */
    public void failAs(Faults faults) {
        provider.failAs(faults);
    }

    /** The same file, with failures. */
    public Path of(Path path) {
        return new FakePath(this, path);
    }

    FileSystem real() {
        return real;
    }

    FakeFileSystemProvider faulty() {
        return provider;
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public String getSeparator() {
        return real.getSeparator();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(of(Path.of("/")));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return real.getFileStores();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return real.supportedFileAttributeViews();
    }

    @Override
    public Path getPath(String first, String... more) {
        return of(real.getPath(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        throw new UnsupportedOperationException();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException();
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException();
    }
}
