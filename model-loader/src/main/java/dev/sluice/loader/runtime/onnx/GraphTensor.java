package dev.sluice.loader.runtime.onnx;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import dev.sluice.model.DataType;
import dev.sluice.model.Shape;
import dev.sluice.model.TensorSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * An input or output as the graph declares it.
 *
 * <p>Threading: immutable.
 *
 * @param name as in the file
 * @param dataType element type
 * @param shape dimensions, -1 where they vary
 * @param symbols one entry a dimension: the symbol that stands for it, empty when it is fixed or has no name
 * @param rankKnown false when the graph says nothing about the shape; {@code shape} is then [-1]
 */
record GraphTensor(String name, DataType dataType, Shape shape, List<String> symbols, boolean rankKnown) {
    GraphTensor {
        symbols = List.copyOf(symbols);
    }

    static GraphTensor of(String name, DataType dataType, TensorShapeProto declared) {
        long[] dimensions = new long[declared.getDimCount()];
        List<String> symbols = new ArrayList<>(dimensions.length);
        for (int i = 0; i < dimensions.length; i++) {
            TensorShapeProto.Dimension dimension = declared.getDim(i);
            // Some exporters write -1 instead of leaving a varying dimension out.
            dimensions[i] = dimension.hasDimValue() ? Math.max(Shape.DYNAMIC, dimension.getDimValue()) : Shape.DYNAMIC;
            symbols.add(dimension.getDimParam());
        }
        return new GraphTensor(name, dataType, Shape.of(dimensions), symbols, true);
    }

    /** A tensor with this shape, its varying dimensions without names. */
    static GraphTensor unnamed(String name, DataType dataType, Shape shape) {
        return new GraphTensor(name, dataType, shape, Collections.nCopies(shape.rank(), ""), true);
    }

    static GraphTensor ofUnknownRank(String name, DataType dataType) {
        return new GraphTensor(name, dataType, Shape.of(Shape.DYNAMIC), List.of(""), false);
    }

    TensorSpec spec() {
        return new TensorSpec(name, dataType, shape);
    }
}
