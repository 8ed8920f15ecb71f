package dev.sluice.loader.repository;

import java.util.regex.Pattern;

/**
 * One file of a version, as its manifest lists it.
 *
 * <p>Threading: immutable.
 *
 * @param path relative to the version's folder, segments divided by {@code /}
 * @param size in bytes, 0 or greater
 * @param sha256 64 lower-case hex digits
 */
public record ManifestEntry(String path, long size, String sha256) {
    /** Most characters of a path. */
    public static final int PATH_LENGTH_MAX = 1024;

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final int SHOWN_MAX = 80;

    public ManifestEntry {
        requirePath(path);
        if (size < 0) {
            throw new IllegalArgumentException("size: must be 0 or greater, got " + size);
        }
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("sha256: must be 64 lower-case hex digits, got " + shown(sha256));
        }
    }

    private static void requirePath(String path) {
        if (path.isEmpty() || path.length() > PATH_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "path: must have between 1 and " + PATH_LENGTH_MAX + " characters, got " + path.length());
        }
        if (path.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("path: must not hold control characters");
        }
        if (path.startsWith("/")) {
            throw new IllegalArgumentException("path: must be relative to the version's folder, got " + shown(path));
        }
        if (path.indexOf('\\') >= 0) {
            throw new IllegalArgumentException("path: must divide folders by '/', got " + shown(path));
        }
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw new IllegalArgumentException(
                        "path: must not hold empty segments, '.' or '..', got " + shown(path));
            }
        }
        if (path.equals(VersionManifest.FILE_NAME)) {
            throw new IllegalArgumentException("path: must not be " + path + ", which cannot list itself");
        }
    }

    static String shown(String text) {
        return "'" + (text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "…") + "'";
    }
}
