package dev.sluice.loadtest;

import dev.sluice.model.Shape;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where request bodies come from.
 *
 * <p>Threading: immutable.
 */
public sealed interface BodySource {
    /**
     * One body, sent as it is as {@code application/json}.
     *
     * @param json a V2 inference request; not empty
     * @param origin where it was read, for messages
     */
    record Fixed(String json, String origin) implements BodySource {
        public Fixed {
            if (json.isBlank()) {
                throw new IllegalArgumentException("the body must not be empty, got an empty " + origin);
            }
        }
    }

    /**
     * Bodies that exist beforehand, sent in turn.
     *
     * @param bodies at least one
     */
    record Recorded(List<RequestBody> bodies) implements BodySource {
        public Recorded {
            bodies = List.copyOf(bodies);
            if (bodies.isEmpty()) {
                throw new IllegalArgumentException("there must be a body to send, got none");
            }
        }
    }

    /**
     * Random tensors that fit the model's metadata.
     *
     * @param rows what a dynamic first dimension becomes, 1 or greater
     * @param shapes full shapes of inputs with other dynamic dimensions, by input name; else those become 1
     * @param values ranges of the elements of numeric inputs, by input name; else as {@link TensorGenerator} says
     * @param binary whether tensors travel in the binary extension instead of JSON
     * @param distinct how many different bodies are made and sent in turn, in [1, 1024]
     */
    record Generated(
            int rows, Map<String, ShapePattern> shapes, Map<String, ValueRange> values, boolean binary, int distinct)
            implements BodySource {
        public Generated {
            shapes = Map.copyOf(shapes);
            values = Map.copyOf(values);
            if (rows < 1) {
                throw new IllegalArgumentException("rows must be 1 or greater, got " + rows);
            }
            if (distinct < 1 || distinct > 1024) {
                throw new IllegalArgumentException("distinct bodies must be between 1 and 1024, got " + distinct);
            }
        }

        /** Fixed shapes, and values as they come. */
        public Generated(int rows, Map<String, Shape> shapes, boolean binary, int distinct) {
            this(
                    rows,
                    shapes.entrySet().stream()
                            .collect(Collectors.toMap(Map.Entry::getKey, entry -> ShapePattern.of(entry.getValue()))),
                    Map.of(),
                    binary,
                    distinct);
        }
    }
}
