package dev.sluice.loader.runtime.onnx;

import org.jspecify.annotations.Nullable;

/**
 * Which fields of an ONNX file are messages themselves, by their numbers in the format's published schema ({@code onnx-ml.proto}).
 *
 * <p>Threading: immutable.
 */
enum WireMessage {
    MODEL,
    GRAPH,
    NODE,
    ATTRIBUTE,
    TENSOR,
    SPARSE_TENSOR,
    FUNCTION,
    TRAINING,
    VALUE,
    TYPE,
    TENSOR_TYPE,
    ELEMENT_TYPE,
    SHAPE,
    ANNOTATION,
    /** A message that holds text and numbers only. */
    FLAT;

    /** The message in this field, or null when it holds text, bytes, numbers, or something that the schema does not have. */
    @Nullable WireMessage in(int field) {
        return switch (this) {
            case MODEL ->
                switch (field) {
                    case 7 -> GRAPH;
                    case 20 -> TRAINING;
                    case 25 -> FUNCTION;
                    case 8, 14 -> FLAT;
                    default -> null;
                };
            case GRAPH ->
                switch (field) {
                    case 1 -> NODE;
                    case 5 -> TENSOR;
                    case 15 -> SPARSE_TENSOR;
                    case 11, 12, 13 -> VALUE;
                    case 14 -> ANNOTATION;
                    case 16 -> FLAT;
                    default -> null;
                };
            case NODE ->
                switch (field) {
                    case 5 -> ATTRIBUTE;
                    case 9 -> FLAT;
                    default -> null;
                };
            case ATTRIBUTE ->
                switch (field) {
                    case 5, 10 -> TENSOR;
                    case 6, 11 -> GRAPH;
                    case 22, 23 -> SPARSE_TENSOR;
                    case 14, 15 -> TYPE;
                    default -> null;
                };
            case TENSOR -> field == 3 || field == 13 || field == 16 ? FLAT : null;
            case SPARSE_TENSOR -> field == 1 || field == 2 ? TENSOR : null;
            case FUNCTION ->
                switch (field) {
                    case 7 -> NODE;
                    case 11 -> ATTRIBUTE;
                    case 12 -> VALUE;
                    case 9, 14 -> FLAT;
                    default -> null;
                };
            case TRAINING ->
                switch (field) {
                    case 1, 2 -> GRAPH;
                    case 3, 4 -> FLAT;
                    default -> null;
                };
            case VALUE ->
                switch (field) {
                    case 2 -> TYPE;
                    case 4 -> FLAT;
                    default -> null;
                };
            case TYPE ->
                switch (field) {
                    case 1, 8 -> TENSOR_TYPE;
                    case 4, 5, 9 -> ELEMENT_TYPE;
                    case 7 -> FLAT;
                    default -> null;
                };
            case TENSOR_TYPE -> field == 2 ? SHAPE : null;
            case ELEMENT_TYPE -> field == 1 || field == 2 ? TYPE : null;
            case SHAPE -> field == 1 ? FLAT : null;
            case ANNOTATION -> field == 2 ? FLAT : null;
            case FLAT -> null;
        };
    }

    /** True when this field is a list of numbers that the format packs, and that grow when they are unpacked. */
    boolean packsIntegers(int field) {
        return switch (this) {
            case ATTRIBUTE -> field == 8;
            case TENSOR -> field == 1 || field == 5 || field == 7 || field == 11;
            case SPARSE_TENSOR -> field == 3;
            default -> false;
        };
    }
}
