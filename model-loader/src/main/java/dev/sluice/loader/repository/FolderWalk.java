package dev.sluice.loader.repository;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * Walks over everything in a repository folder that may matter: links are followed, hidden names and what cannot be read are
 * passed by.
 *
 * <p>Threading: confined to one thread; {@link #over} blocks on the file system.
 */
abstract class FolderWalk implements FileVisitor<Path> {
    /** A model's folder, a version's folder and what a version may hold. */
    private static final int DEPTH_MAX = 18;

    private final Path root;

    FolderWalk(Path root) {
        this.root = root;
    }

    /** Walks; a folder that is not there has nothing in it. */
    final void over() throws IOException {
        if (Files.isDirectory(root)) {
            Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), DEPTH_MAX, this);
        }
    }

    /** A folder, before what is in it. */
    abstract void folder(Path folder, BasicFileAttributes attributes) throws IOException;

    /** A file. */
    abstract void file(Path file, BasicFileAttributes attributes) throws IOException;

    /** Whether a name never matters; those of two dots are what Kubernetes swaps its volumes by. */
    static boolean isIgnored(Path name) {
        String text = name.toString();
        return VersionTree.isIgnored(text) && !text.startsWith("..");
    }

    @Override
    public final FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
        Path name = folder.getFileName();
        if (!folder.equals(root) && name != null && VersionTree.isIgnored(name.toString())) {
            return FileVisitResult.SKIP_SUBTREE;
        }
        folder(folder, attributes);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public final FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        Path name = file.getFileName();
        if (name != null && !VersionTree.isIgnored(name.toString())) {
            file(file, attributes);
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public final FileVisitResult visitFileFailed(Path file, IOException failure) {
        return FileVisitResult.CONTINUE;
    }

    @Override
    public final FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
        return FileVisitResult.CONTINUE;
    }
}
