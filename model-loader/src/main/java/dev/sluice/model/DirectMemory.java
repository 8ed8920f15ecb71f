package dev.sluice.model;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Gives direct memory back to the system without waiting for the garbage collector, which sees only a small object and may not
 * come for hours.
 *
 * <p>Threading: thread-safe.
 */
final class DirectMemory {
    /** Frees the buffer it is given; null where the JVM does not offer that. */
    private static final @Nullable MethodHandle CLEANER = cleaner();

    private DirectMemory() {}

    /**
     * Frees the memory of {@code buffer}; where the JVM does not offer that, the garbage collector will.
     *
     * @param buffer as it was allocated, neither a slice nor a duplicate; nobody may touch it, or a view of it, any more
     */
    static void free(ByteBuffer buffer) {
        if (CLEANER == null) {
            return;
        }
        try {
            CLEANER.invoke(buffer);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("invokeCleaner declares no checked exception", e);
        }
    }

    private static @Nullable MethodHandle cleaner() {
        try {
            // By name: the class is no part of the Java SE API, and the compiler says so at every use.
            Class<?> unsafe = Class.forName("sun.misc.Unsafe");
            Field instance = unsafe.getDeclaredField("theUnsafe");
            instance.setAccessible(true);
            return MethodHandles.lookup()
                    .findVirtual(unsafe, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
                    .bindTo(instance.get(null));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }
}
