package dev.sluice.loader.repository;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * Walks over everything in a repository folder that may matter: hidden names and what cannot be read are passed by. Links to the
 * folders of models and versions are followed; a link to a folder within a version is not even opened, because it may lead
 * anywhere.
 *
 * <p>Threading: confined to one thread; {@link #over} blocks on the file system.
 */
abstract class FolderWalk implements FileVisitor<Path> {
    /** A model's folder, a version's folder and what a version may hold. */
    private static final int DEPTH_MAX = 18;

    /** The folder of a version is that far below the repository. */
    private static final int LINKED_DEPTH_MAX = 2;

    private final Path root;

    /** Where the present walk began, and how far below the repository that is. */
    private Path start;

    private int startDepth;

    FolderWalk(Path root) {
        this.root = root;
        this.start = root;
    }

    /** Walks; a folder that is not there has nothing in it. */
    final void over() throws IOException {
        if (Files.isDirectory(root)) {
            over(root, 0);
        }
    }

    private void over(Path from, int depth) throws IOException {
        Path real;
        try {
            real = from.toRealPath();
        } catch (NoSuchFileException | AccessDeniedException e) {
            return; // it went away again, or what it leads to cannot be reached
        }
        Path before = start;
        int depthBefore = startDepth;
        start = real;
        startDepth = depth;
        try {
            Files.walkFileTree(start, EnumSet.noneOf(FileVisitOption.class), DEPTH_MAX - depth, this);
        } finally {
            start = before;
            startDepth = depthBefore;
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
        if (!folder.equals(start) && name != null && VersionTree.isIgnored(name.toString())) {
            return FileVisitResult.SKIP_SUBTREE;
        }
        folder(folder, attributes);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public final FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        Path name = file.getFileName();
        if (name == null || VersionTree.isIgnored(name.toString())) {
            return FileVisitResult.CONTINUE;
        }
        if (!attributes.isSymbolicLink()) {
            file(file, attributes);
            return FileVisitResult.CONTINUE;
        }
        BasicFileAttributes target;
        try {
            target = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (FileSystemException e) {
            return FileVisitResult.CONTINUE; // it leads nowhere
        }
        int depth = startDepth + start.relativize(file).getNameCount();
        if (!target.isDirectory()) {
            file(file, target);
        } else if (depth <= LINKED_DEPTH_MAX) {
            over(file, depth);
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
