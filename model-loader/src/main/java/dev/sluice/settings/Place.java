package dev.sluice.settings;

/**
 * Where a setting was written.
 *
 * <p>Threading: immutable.
 *
 * @param source file name as operators know it, or for example {@code --set http.port}; not empty
 * @param line 1-based line in the file; 0 where lines mean nothing
 */
public record Place(String source, int line) {
    public Place {
        if (source.isEmpty() || line < 0) {
            throw new IllegalArgumentException(
                    "place needs a source and a line of 0 or greater, got '" + source + "' and " + line);
        }
    }

    /** A whole file. */
    public static Place file(String fileName) {
        return new Place(fileName, 0);
    }

    /** For example {@code sluice.yaml:14}. */
    @Override
    public String toString() {
        return line == 0 ? source : source + ":" + line;
    }
}
