package dev.sluice.gateway.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code serve} as nearly everybody writes it, without the command line library: that one takes a fifth of the time of a
 * start, because it works by reflection and because its classes are of a format that no class archive takes.
 *
 * <p>The library stays the authority. What is not plainly right (help, a mistake, an unusual spelling) is left to it, and a
 * test holds that both read the rest alike.
 *
 * <p>Threading: stateless.
 */
final class PlainServe {
    private static final String CONFIG = "--config";
    private static final String SET = "--set";
    private static final String STATE_DIR = "--state-dir";

    private PlainServe() {}

    /** The options of {@code serve}, or empty where the library must read the arguments. */
    static Optional<ConfigOptions> parse(String... arguments) {
        if (arguments.length == 0 || !arguments[0].equals("serve")) {
            return Optional.empty();
        }
        List<Path> folders = new ArrayList<>();
        List<String> assignments = new ArrayList<>();
        Path file = null;
        String stateDir = null;
        for (int i = 1; i < arguments.length; i++) {
            String argument = arguments[i];
            String option = optionOf(argument);
            if (option == null) {
                if (!isPlain(argument)) {
                    return Optional.empty();
                }
                folders.add(Path.of(argument));
                continue;
            }
            boolean joined = argument.length() > option.length();
            if (!joined && ++i == arguments.length) {
                return Optional.empty();
            }
            String value = joined ? argument.substring(option.length() + 1) : arguments[i];
            if (!isPlain(value)
                    || (option.equals(CONFIG) && file != null)
                    || (option.equals(STATE_DIR) && stateDir != null)) {
                return Optional.empty();
            }
            if (option.equals(CONFIG)) {
                file = Path.of(value);
            } else if (option.equals(STATE_DIR)) {
                stateDir = value;
            } else {
                assignments.add(value);
            }
        }
        if (stateDir != null) {
            assignments.add("state-dir=" + stateDir);
        }
        return Optional.of(new ConfigOptions(folders, file, assignments));
    }

    private static @Nullable String optionOf(String argument) {
        for (String option : List.of(CONFIG, SET, STATE_DIR)) {
            if (argument.equals(option) || argument.startsWith(option + "=")) {
                return option;
            }
        }
        return null;
    }

    /** No option, no file of arguments, nothing that is quoted or replaced. */
    private static boolean isPlain(String value) {
        return !value.isEmpty()
                && value.charAt(0) != '-'
                && value.charAt(0) != '@'
                && value.indexOf('"') < 0
                && value.indexOf('$') < 0;
    }
}
