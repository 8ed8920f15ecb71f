package dev.sluice.loader.runtime.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.sluice.loader.runtime.Device;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session with everything native that must live as long as it does.
 *
 * <p>Threading: the session may run on several threads at once; {@link #close} once, after the last run.
 *
 * @param session the session
 * @param sessionOptions what it was created with; the runtime may use them as long as the session lives
 * @param runOptions shared by all runs, never changed
 * @param device where it really runs
 * @param profiled whether a profile is being written
 */
record OpenSession(
        OrtSession session,
        OrtSession.SessionOptions sessionOptions,
        OrtSession.RunOptions runOptions,
        Device device,
        boolean profiled)
        implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenSession.class);

    @Override
    public void close() {
        try {
            if (profiled) {
                LOG.info("event=profile_written file={}", session.endProfiling());
            }
            session.close();
        } catch (OrtException e) {
            LOG.warn("event=session_close_failed", e);
        } finally {
            runOptions.close();
            sessionOptions.close();
        }
    }
}
