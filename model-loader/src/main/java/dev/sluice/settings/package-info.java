/**
 * Settings as operators write them: YAML files and {@code --set} values read as nodes that remember where they stand, typed
 * values asked from them, and every mistake collected with its place instead of thrown.
 *
 * <p>Starting points: {@link dev.sluice.settings.SettingsFile} and {@link dev.sluice.settings.SettingsAssignment} (nodes), {@link
 * dev.sluice.settings.Setting} (what a key may hold), {@link dev.sluice.settings.SettingsReader} (asks), {@link
 * dev.sluice.settings.Problems} (what was wrong).
 *
 * <p>Depends on the JDK, jspecify and snakeyaml-engine; must not depend on any other package of Sluice.
 *
 * <p>Threading: values are immutable; {@link dev.sluice.settings.Problems} and {@link dev.sluice.settings.SettingsReader} are
 * confined to the thread that reads.
 */
@NullMarked
package dev.sluice.settings;

import org.jspecify.annotations.NullMarked;
