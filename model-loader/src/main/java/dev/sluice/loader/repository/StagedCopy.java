package dev.sluice.loader.repository;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies a version's files to where nobody looks, and has them on the disk, and not only in memory, when it returns.
 *
 * <p>Threading: stateless; blocks on the file system.
 */
final class StagedCopy {
    private static final int PIECE_BYTES = 1 << 20;

    private StagedCopy() {}

    /**
     * Copies files and hashes them on the way. Links are followed: what they lead to is copied.
     *
     * @param staging an empty folder
     * @return the files in the order of their paths
     * @throws PublishException when one is no file or changes meanwhile
     */
    static List<ManifestEntry> copy(List<VersionTree.FoundFile> files, Path staging, PublishListener listener)
            throws IOException, PublishException {
        long total = files.stream().mapToLong(VersionTree.FoundFile::size).sum();
        long done = 0;
        List<ManifestEntry> entries = new ArrayList<>();
        Set<Path> folders = new LinkedHashSet<>();
        for (VersionTree.FoundFile file : files) {
            if (!Files.isRegularFile(file.file())) {
                throw new PublishException(file.file() + " is neither a file nor a link to one");
            }
            Path target = staging.resolve(file.path());
            Path folder = target.getParent();
            if (folder != null && folders.add(folder)) {
                Files.createDirectories(folder);
            }
            FileDigest digest = copy(file, target, done, total, listener);
            if (digest.size() != file.size() || VersionTree.modifiedNanos(file.file()) != file.modifiedNanos()) {
                throw new PublishException(file.file() + " changed while it was copied");
            }
            entries.add(entry(file.path(), digest));
            done += digest.size();
        }
        for (Path folder : folders) {
            for (Path each = folder; each != null && !each.equals(staging); each = each.getParent()) {
                force(each);
            }
        }
        return entries;
    }

    private static ManifestEntry entry(String path, FileDigest digest) throws PublishException {
        try {
            return new ManifestEntry(path, digest.size(), digest.sha256());
        } catch (IllegalArgumentException e) {
            throw new PublishException("a manifest cannot list '" + path + "': " + e.getMessage());
        }
    }

    private static FileDigest copy(
            VersionTree.FoundFile file, Path target, long before, long total, PublishListener listener)
            throws IOException {
        MessageDigest digest = FileDigest.newSha256();
        byte[] piece = new byte[PIECE_BYTES];
        long size = 0;
        try (InputStream in = Files.newInputStream(file.file());
                FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                digest.update(piece, 0, read);
                write(out, ByteBuffer.wrap(piece, 0, read));
                size += read;
                listener.copied(file.path(), before + size, total);
            }
            out.force(true);
        }
        return FileDigest.of(size, digest);
    }

    /** Writes a text file that is on the disk afterwards. */
    static void write(Path file, String text) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            write(out, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            out.force(true);
        }
    }

    private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    /** Has the names in a folder on the disk. */
    static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Removes a folder and all in it; links are removed, not followed. */
    static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
