package dev.sluice.loader.runtime.onnx;

/**
 * One model folder that must be refused, as {@link HostileFolders} has written it.
 *
 * @param name of the folder
 * @param reason why its version may not be opened, word for word
 * @param complaint why the repository does not even list it, without the model's name; empty where it does
 */
public record HostileFolder(String name, String reason, String complaint) {
    @Override
    public String toString() {
        return name;
    }
}
