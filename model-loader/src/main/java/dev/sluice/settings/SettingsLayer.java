package dev.sluice.settings;

/**
 * One source of settings among several; the first that has a key wins.
 *
 * <p>Threading: immutable.
 *
 * @param path what stands before this layer's keys in messages, for example {@code models.resnet}; empty at the top
 * @param root its keys
 */
public record SettingsLayer(String path, SettingsNode.Mapping root) {
    /** A layer whose keys stand at the top of their file. */
    public static SettingsLayer top(SettingsNode.Mapping root) {
        return new SettingsLayer("", root);
    }

    /** The layer's own name for a key. */
    String keyOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
