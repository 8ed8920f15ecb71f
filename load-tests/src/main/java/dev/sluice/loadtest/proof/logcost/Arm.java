package dev.sluice.loadtest.proof.logcost;

import java.util.List;

/**
 * One of the servers that are compared: all alike but for what they record.
 *
 * <p>Threading: immutable.
 */
enum Arm {
    /** Records nothing. */
    OFF("off", ""),
    /** Records a tenth of the requests. */
    TENTH("10 %", "log: {enabled: true, share: 0.1}\n"),
    /** Records every request. */
    ALL("100 %", "log: {enabled: true}\n"),
    /** Records every request, and compresses the files while it serves. */
    COMPRESSED("100 %, compressed", "log: {enabled: true}\n");

    private final String words;
    private final String modelYaml;

    Arm(String words, String modelYaml) {
        this.words = words;
        this.modelYaml = modelYaml;
    }

    /** As the report calls it. */
    String words() {
        return words;
    }

    /** What its {@code model.yaml} says beside what the example's says. */
    String modelYaml() {
        return modelYaml;
    }

    /** Further settings of its server. */
    List<String> settings() {
        return this == COMPRESSED
                ? List.of("log.rotated=gzip", "log.segment-bytes=4MiB", "log.window=1s")
                : List.of("log.rotated=plain");
    }

    /** Whether it records anything. */
    boolean records() {
        return !modelYaml.isEmpty();
    }
}
