package dev.sluice.settings;

/**
 * One mistake in the settings.
 *
 * <p>Threading: immutable.
 *
 * @param place where it was written
 * @param key dotted path of the key; empty when the mistake is not one key's
 * @param message the rule and the value that breaks it; never holds a secret
 */
public record SettingsProblem(Place place, String key, String message) {
    /** For example {@code sluice.yaml:7: http.prot: unknown key; did you mean http.port?} */
    @Override
    public String toString() {
        boolean keyIsSaid = key.isEmpty() || place.source().equals(SettingsAssignment.OPTION + " " + key);
        return keyIsSaid ? place + ": " + message : place + ": " + key + ": " + message;
    }
}
