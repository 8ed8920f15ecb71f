package dev.sluice.loader.repository;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Which of the versions that lie in a model's folder are served.
 *
 * <p>Threading: immutable, pure.
 */
public sealed interface VersionPolicy {
    /** The default: the newest version. */
    static VersionPolicy newest() {
        return new Latest(1);
    }

    /**
     * The {@code count} highest version numbers.
     *
     * @param count 1 or greater
     */
    record Latest(int count) implements VersionPolicy {
        public Latest {
            if (count < 1) {
                throw new IllegalArgumentException("latest must be 1 or greater, got " + count);
            }
        }
    }

    /** Every version. */
    record All() implements VersionPolicy {}

    /** These versions, where they exist. */
    record Specific(Set<Long> versions) implements VersionPolicy {
        public Specific {
            versions = Set.copyOf(versions);
            if (versions.isEmpty()) {
                throw new IllegalArgumentException("specific needs at least one version");
            }
        }
    }

    /** The chosen ones of {@code available}, ascending. */
    default List<Long> choose(Collection<Long> available) {
        List<Long> ascending = available.stream().sorted().toList();
        if (this instanceof Latest latest) {
            return ascending.stream()
                    .sorted(Comparator.reverseOrder())
                    .limit(latest.count())
                    .sorted()
                    .toList();
        }
        if (this instanceof Specific specific) {
            return ascending.stream().filter(specific.versions()::contains).toList();
        }
        return ascending;
    }
}
