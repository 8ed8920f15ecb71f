package dev.sluice.loader.runtime.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import dev.sluice.model.DataType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Runtime tensors over memory that already exists, in every element type, and views of the memory of others.
 *
 * <p>The runtime's public Java API cannot create UINT16, UINT32 and UINT64 tensors, though the native one can, and it can
 * read a tensor only into new heap memory. This class alone reaches its private methods, and tries them out
 * when it is built, so that a runtime of another shape is noticed at start-up and not at a request.
 *
 * <p>Threading: thread-safe; immutable.
 */
final class NativeTensors {
    private final OrtEnvironment environment;
    private final MethodHandle createFromBuffer;
    private final MethodHandle view;
    private final MethodHandle newInfo;
    private final MethodHandle newTensor;
    private final long apiHandle;
    private final long allocatorHandle;

    /**
     * @throws IllegalStateException if this runtime does not have the methods, or they do not do what they should
     */
    NativeTensors(OrtEnvironment environment) {
        this.environment = environment;
        try {
            // Handles, not reflection: they are called for requests, and the launcher makes reflection slow.
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            Method create = OnnxTensor.class.getDeclaredMethod(
                    "createTensorFromBuffer",
                    long.class,
                    long.class,
                    Buffer.class,
                    int.class,
                    long.class,
                    long[].class,
                    int.class);
            create.setAccessible(true);
            createFromBuffer = lookup.unreflect(create);
            Method buffer = OnnxTensor.class.getDeclaredMethod("getBuffer");
            buffer.setAccessible(true);
            view = lookup.unreflect(buffer);
            Constructor<TensorInfo> info =
                    TensorInfo.class.getDeclaredConstructor(long[].class, OnnxJavaType.class, OnnxTensorType.class);
            info.setAccessible(true);
            newInfo = lookup.unreflectConstructor(info);
            Constructor<OnnxTensor> tensor = OnnxTensor.class.getDeclaredConstructor(
                    long.class, long.class, TensorInfo.class, Buffer.class, boolean.class);
            tensor.setAccessible(true);
            newTensor = lookup.unreflectConstructor(tensor);
            Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
            api.setAccessible(true);
            apiHandle = api.getLong(null);
            Field allocator = OrtEnvironment.class.getDeclaredField("defaultAllocator");
            allocator.setAccessible(true);
            Field handle = allocator.getType().getDeclaredField("handle");
            handle.setAccessible(true);
            allocatorHandle = handle.getLong(allocator.get(environment));
            for (DataType type : new DataType[] {DataType.UINT16, DataType.UINT32, DataType.UINT64, DataType.BF16}) {
                testItself(type);
            }
        } catch (ReflectiveOperationException | OrtException e) {
            throw new IllegalStateException(
                    "ONNX Runtime " + environment.getVersion() + " has no usable tensor internals: " + e, e);
        }
    }

    /**
     * A tensor over {@code memory} from its position to its limit; nothing is copied.
     *
     * @param type any but BYTES
     * @param memory direct; must stay untouched by others until the tensor is closed
     * @return to be closed by the caller
     */
    OnnxTensor over(DataType type, ByteBuffer memory, long[] dimensions) throws OrtException {
        OnnxJavaType publicType = ElementTypes.publicType(type);
        return publicType == null
                ? create(ElementTypes.nativeType(type), memory, dimensions)
                : OnnxTensor.createTensor(environment, memory.order(ByteOrder.nativeOrder()), dimensions, publicType);
    }

    /** A tensor of text; to be closed by the caller. */
    OnnxTensor ofText(String[] texts, long[] dimensions) throws OrtException {
        return OnnxTensor.createTensor(environment, texts, dimensions);
    }

    /** The memory of a tensor of any type but BYTES with at least one element, valid until the tensor is closed. */
    ByteBuffer view(OnnxTensor tensor) throws OrtException {
        try {
            return (ByteBuffer) view.invokeExact(tensor);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    private OnnxTensor create(OnnxTensorType type, ByteBuffer memory, long[] dimensions) throws OrtException {
        try {
            TensorInfo info = (TensorInfo)
                    newInfo.invokeExact(dimensions.clone(), OnnxJavaType.mapFromOnnxTensorType(type), type);
            long handle = (long) createFromBuffer.invokeExact(
                    apiHandle,
                    allocatorHandle,
                    (Buffer) memory,
                    memory.position(),
                    (long) memory.remaining(),
                    dimensions,
                    type.value);
            return (OnnxTensor) newTensor.invokeExact(handle, allocatorHandle, info, (Buffer) memory, false);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    private static OrtException thrown(Throwable e) {
        if (e instanceof OrtException cause) {
            return cause;
        }
        if (e instanceof Error cause) {
            throw cause;
        }
        throw new IllegalStateException(e);
    }

    private void testItself(DataType type) throws OrtException {
        ByteBuffer memory = ByteBuffer.allocateDirect(2 * type.byteSize()).order(ByteOrder.nativeOrder());
        for (int i = 0; i < memory.capacity(); i++) {
            memory.put(i, (byte) (0xF1 + i));
        }
        try (OnnxTensor tensor = over(type, memory.duplicate(), new long[] {1, 2})) {
            if (!memory.equals(view(tensor))) {
                throw new IllegalStateException("ONNX Runtime " + environment.getVersion() + " gives back a " + type
                        + " tensor with other bytes than it was created with");
            }
        }
    }
}
