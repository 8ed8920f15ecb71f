package dev.sluice.loader.fakes;

import dev.sluice.loader.fakes.FakeFileSystem.Call;
import dev.sluice.loader.fakes.FakeFileSystem.Faults;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/** Reads of {@link FakeFileSystem}; nothing can be written. */
final class FakeFileSystemProvider extends FileSystemProvider {
    private final FakeFileSystem system;
    private final FileSystemProvider real;
    private Faults faults = (call, path) -> {};

    FakeFileSystemProvider(FakeFileSystem system) {
        this.system = system;
        this.real = system.real().provider();
    }

    void failAs(Faults wanted) {
        faults = wanted;
    }

    Path before(Call call, Path path) throws IOException {
        Path behind = FakePath.real(path);
        faults.before(call, behind);
        return behind;
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return real.newByteChannel(before(Call.OPEN, path), options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        DirectoryStream<Path> entries =
                real.newDirectoryStream(before(Call.LIST, folder), entry -> filter.accept(system.of(entry)));
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                Iterator<Path> each = entries.iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        try {
                            before(Call.NEXT_ENTRY, folder);
                        } catch (IOException e) {
                            throw new DirectoryIteratorException(e);
                        }
                        return each.hasNext();
                    }

                    @Override
                    public Path next() {
                        return system.of(each.next());
                    }
                };
            }

            @Override
            public void close() throws IOException {
                entries.close();
            }
        };
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return real.readAttributes(before(Call.ATTRIBUTES, path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return real.readAttributes(before(Call.ATTRIBUTES, path), attributes, options);
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        real.checkAccess(before(Call.ACCESS, path), modes);
    }

    @Override
    public Path readSymbolicLink(Path link) throws IOException {
        return system.of(real.readSymbolicLink(FakePath.real(link)));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return real.getFileStore(FakePath.real(path));
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        return real.isSameFile(FakePath.real(path), FakePath.real(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return real.isHidden(FakePath.real(path));
    }

    @Override
    public String getScheme() {
        return "fake";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(Path path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw new UnsupportedOperationException();
    }
}
