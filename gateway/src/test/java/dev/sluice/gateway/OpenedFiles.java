package dev.sluice.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process tried to open, as strace records it: the names it used, and the files that these led to.
 *
 * @param calls every line about a call that opens
 */
record OpenedFiles(List<String> calls) {
    private static final Pattern OPENING =
            Pattern.compile("\\b(open|openat|openat2|creat|open_by_handle_at)(\\(| resumed)");
    private static final Pattern NAME = Pattern.compile("\\((?:[^\"]*, )?\"(?<name>(?:[^\"\\\\]|\\\\.)*)\"");

    OpenedFiles {
        calls = List.copyOf(calls);
    }

    /** What goes before a command so that its calls are recorded; those that a machine does not have are left out. */
    static List<String> recordedIn(Path file) {
        return List.of(
                "strace",
                "-f",
                "-y",
                "--seccomp-bpf",
                "-e",
                "trace=?open,?creat,openat,?openat2,?open_by_handle_at",
                "-o",
                file.toString());
    }

    static OpenedFiles of(Path recorded) throws IOException {
        return new OpenedFiles(Files.readAllLines(recorded).stream()
                .filter(line -> OPENING.matcher(line).find())
                .toList());
    }

    /** Lines that speak of a path with this in it, be it by the name that was used or by the file that was reached. */
    List<String> about(String part) {
        return calls.stream().filter(call -> call.contains(part)).toList();
    }

    /** Names below a folder that were used to open something that is not a folder itself, relative to it. */
    Set<String> below(Path folder) {
        Set<String> names = new TreeSet<>();
        for (String call : calls) {
            Matcher name = NAME.matcher(call);
            if (name.find() && name.group("name").startsWith(folder + "/")) {
                Path opened = Path.of(name.group("name"));
                if (!Files.isDirectory(opened, LinkOption.NOFOLLOW_LINKS)) {
                    names.add(folder.relativize(opened).toString());
                }
            }
        }
        return names;
    }
}
