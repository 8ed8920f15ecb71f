package dev.sluice.loader.transform;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.model.ErrorCode;
import dev.sluice.model.InferenceException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads on which clients' inputs are turned into a model's, and its outputs into clients'.
 *
 * <p>Requests that a model has answered go first: what they hold is given back soonest so.
 *
 * <p>Bound: a fixed number of requests wait for {@link #begin}; beyond it one is refused with OVERLOADED and {@link #refusals}
 * counts it. What {@link #finish} takes has been let in before, so it has no bound of its own.
 *
 * <p>Threading: thread-safe.
 */
public final class TransformThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TransformThreads.class);

    private final int waitingMax;
    private final List<Thread> threads = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();

    @GuardedBy("lock") private final ArrayDeque<TransformTask> beginning = new ArrayDeque<>();

    @GuardedBy("lock") private final ArrayDeque<TransformTask> finishing = new ArrayDeque<>();

    @GuardedBy("lock") private boolean closed;

    private final AtomicLong refusals = new AtomicLong();

    private TransformThreads(int waitingMax) {
        this.waitingMax = waitingMax;
    }

    /**
     * Starts them.
     *
     * @param count 1 or greater
     * @param waitingMax most requests that wait to begin, 1 or greater
     */
    public static TransformThreads start(int count, int waitingMax) {
        if (count < 1 || waitingMax < 1) {
            throw new IllegalArgumentException(
                    "transform threads and their queue must be at least 1, got " + count + " and " + waitingMax);
        }
        TransformThreads made = new TransformThreads(waitingMax);
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(made::work, "sluice-transform-" + i);
            thread.setDaemon(true);
            made.threads.add(thread);
        }
        made.threads.forEach(Thread::start);
        return made;
    }

    /**
     * Has a request's inputs transformed soon.
     *
     * @throws InferenceException with OVERLOADED when too many are waiting, MODEL_NOT_READY after {@link #close}; the task is
     *     not taken then
     */
    public void begin(TransformTask task) {
        lock.lock();
        try {
            if (closed) {
                throw stopping();
            }
            if (beginning.size() >= waitingMax) {
                refusals.incrementAndGet();
                throw new InferenceException(
                        ErrorCode.OVERLOADED,
                        waitingMax
                                + " requests are already waiting for their inputs to be transformed; try again later");
            }
            beginning.add(task);
            added.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Has the answer to a request transformed; after {@link #close} the task is abandoned before this returns. */
    public void finish(TransformTask task) {
        lock.lock();
        try {
            if (!closed) {
                finishing.add(task);
                added.signal();
                return;
            }
        } finally {
            lock.unlock();
        }
        task.abandon();
    }

    /** What a request gets that comes too late. */
    public static InferenceException stopping() {
        return new InferenceException(ErrorCode.MODEL_NOT_READY, "the server is stopping");
    }

    private void work() {
        TransformTask task = next();
        while (task != null) {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.error("event=transform_task_failed", e);
            }
            task = next();
        }
    }

    /** The next to do; null when there will be none. */
    private @Nullable TransformTask next() {
        lock.lock();
        try {
            while (!closed) {
                TransformTask task = finishing.isEmpty() ? beginning.poll() : finishing.poll();
                if (task != null) {
                    return task;
                }
                added.awaitUninterruptibly();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Requests that wait for their inputs to be transformed. */
    public int waiting() {
        lock.lock();
        try {
            return beginning.size();
        } finally {
            lock.unlock();
        }
    }

    /** Requests that a model has answered and whose outputs wait to be transformed. */
    public int waitingToFinish() {
        lock.lock();
        try {
            return finishing.size();
        } finally {
            lock.unlock();
        }
    }

    /** Requests refused because too many were waiting. */
    public long refusals() {
        return refusals.get();
    }

    /** Abandons what waits; what is being done ends by itself, and nobody waits for it. */
    @Override
    public void close() {
        List<TransformTask> left = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            left.addAll(finishing);
            left.addAll(beginning);
            finishing.clear();
            beginning.clear();
            added.signalAll();
        } finally {
            lock.unlock();
        }
        left.forEach(TransformTask::abandon);
    }
}
