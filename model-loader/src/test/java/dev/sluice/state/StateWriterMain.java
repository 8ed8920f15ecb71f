package dev.sluice.state;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes to a state folder until it is killed, and says after each write which it was. */
final class StateWriterMain {
    static final List<String> MODELS = List.of("a", "b", "c");

    private StateWriterMain() {}

    public static void main(String[] arguments) {
        StateStore store = StateStore.open(Path.of(arguments[0]), Optional.empty());
        long first = 1
                + store.model("a").labels().values().stream()
                        .mapToLong(SavedLabel::version)
                        .max()
                        .orElse(0);
        for (long number = first; ; number++) {
            List<SavedModel> changed = new ArrayList<>();
            for (String name : MODELS) {
                changed.add(store.model(name)
                        .withLabel("stable", number, Instant.EPOCH)
                        .withServed(number, Instant.EPOCH)
                        .withLoaded(number % 100 + 1));
            }
            store.save(changed, new AuditEntry(Instant.EPOCH, "test", "label", "", Long.toString(number)));
            System.out.println(number);
        }
    }
}
