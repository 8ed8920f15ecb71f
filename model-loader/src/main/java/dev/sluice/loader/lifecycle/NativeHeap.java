package dev.sluice.loader.lifecycle;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives memory that native code has freed back to the system: the C library keeps it for later otherwise, and an unloaded
 * version would still count.
 *
 * <p>Threading: thread-safe; blocking for some milliseconds, during which allocations of native memory may wait.
 *
 * @see "malloc_trim(3); JDK-8268893, jcmd System.trim_native_heap"
 */
final class NativeHeap {
    private static final Logger LOG = LoggerFactory.getLogger(NativeHeap.class);

    private NativeHeap() {}

    /** Gives back what it can; on other C libraries than glibc nothing. */
    static void trim() {
        try {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            server.invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"), "systemTrimNativeHeap", null, null);
        } catch (JMException | RuntimeException e) {
            LOG.debug("event=native_heap_not_trimmed", e);
        }
    }
}
