package io.socketbridge.sidecar.loop;

import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.linux.MessageBatch;
import io.socketbridge.sidecar.linux.OutOfBand;
import io.socketbridge.sidecar.linux.UnixDiagnostics;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One thread that waits for sockets and serves them. All that it serves belongs to it: no other thread touches a
 * descriptor, a handler or a timer of a loop. Others hand work over by {@link #execute}.
 */
public final class EventLoop implements Executor {

    /** What one turn reads: as large as a Unix socket's usual write, and small enough to stay in the processor's cache. */
    public static final int BUFFER_BYTES = 64 * 1024;

    /** Room in front of {@link #buffer} for what goes before its bytes, in {@link #framed}. */
    public static final int HEADROOM_BYTES = 4096;

    /** Room behind {@link #buffer}, for those who write whole pieces. */
    private static final int TAILROOM_BYTES = 4096;

    private static final Logger LOG = Logger.getLogger(EventLoop.class);
    private static final int WAKEUP_KEY = -1;

    /** For how many turns work that can wait has to, while there is always something else to do. */
    private static final int MOST_BUSY_TURNS = 32;

    /** All loops' together: those that are in use hold what readers do not take, and others do without. */
    private static final int MOST_PIPES = 32;

    /** All loops' together. */
    private static final int MOST_FAREWELLS = 128;

    /** {@code EX_SOFTWARE} of sysexits.h. */
    private static final int HALT_STATUS = 70;

    private final Arena arena = Arena.ofShared();
    private final Kernel kernel = new Kernel(arena);
    private final Epoll epoll;
    private final int wakeup;
    private final MemorySegment framed = arena.allocate(HEADROOM_BYTES + BUFFER_BYTES + TAILROOM_BYTES, 4096);
    private final MemorySegment buffer = framed.asSlice(HEADROOM_BYTES, BUFFER_BYTES);
    private final ChunkPool chunks = new ChunkPool();
    private final MemorySegment discarded = arena.allocate(BUFFER_BYTES + 1, 4096);
    private final UnixDiagnostics diagnostics = new UnixDiagnostics(kernel, arena);
    private final int unixSendBufferBytes = kernel.defaultUnixSendBufferBytes();
    private final OutOfBand outOfBand = new OutOfBand(kernel, arena);

    /** Null until it is needed. */
    private @Nullable MessageBatch messages;

    private final PipePool pipes;
    private final Farewells farewells;
    private final Thread thread;

    /** Written by any thread. */
    private final Queue<Runnable> submitted = new ConcurrentLinkedQueue<>();

    /** Whether a wake-up is under way, so that a burst of tasks costs one write. */
    private final AtomicBoolean waking = new AtomicBoolean();

    private final AtomicInteger load = new AtomicInteger();

    private final HandlerTable handlers = new HandlerTable();
    private final Timers timers = new Timers();
    private final ArrayDeque<Runnable> unfinished = new ArrayDeque<>();
    private final ArrayDeque<Runnable> postponed = new ArrayDeque<>();

    /** Turns since {@link #postponed} was last empty. */
    private int busyTurns;

    /** Counts the turns. */
    private long turn;

    /** The last turn but the present one that left no event in the kernel. */
    private long exhaustedTurn;

    private boolean exhausted;
    private final Kernel callersKernel = new Kernel(arena);
    private volatile boolean stopping;

    /** Whether {@link #wakeup} is closed; guarded by {@link #callersKernel}. */
    private boolean closed;

    /**
     * Starts the loop's thread.
     *
     * @throws LinuxException if the process has no descriptor left
     */
    public EventLoop(String name) throws LinuxException {
        this(name, 1);
    }

    /** @param loops how many share the descriptors that are not connections' */
    EventLoop(String name, int loops) throws LinuxException {
        this.pipes = new PipePool(kernel, Math.max(1, MOST_PIPES / loops));
        this.farewells = new Farewells(this, Math.max(1, MOST_FAREWELLS / loops));
        this.epoll = new Epoll(kernel, arena);
        this.wakeup = LinuxException.check(kernel.eventfd(), "eventfd", name);
        LinuxException.check(epoll.add(wakeup, Epoll.IN, WAKEUP_KEY), "epoll_ctl", name);
        this.thread = Thread.ofPlatform().name(name).daemon(true).start(this::run);
    }

    /** The loop's system calls; for its own thread. */
    public Kernel kernel() {
        return kernel;
    }

    /** A buffer that every turn may use, and none may keep; for the loop's own thread. */
    public MemorySegment buffer() {
        return buffer;
    }

    /** The {@link #buffer}, and the room around it. */
    public MemorySegment framed() {
        return framed;
    }

    /** Buffers for what could not be written yet; for the loop's own thread. */
    public ChunkPool chunks() {
        return chunks;
    }

    /** A buffer, one byte larger than {@link #buffer}, that nobody reads; for the loop's own thread. */
    public MemorySegment discarded() {
        return discarded;
    }

    /** Questions about Unix sockets; for the loop's own thread. */
    public UnixDiagnostics diagnostics() {
        return diagnostics;
    }

    /** The send buffer that a Unix socket has unless its app wants another: {@code net.core.wmem_default}. */
    public int unixSendBufferBytes() {
        return unixSendBufferBytes;
    }

    /** Out-of-band data; for the loop's own thread. */
    public OutOfBand outOfBand() {
        return outOfBand;
    }

    /** Messages, several at once; for the loop's own thread, and each use is over before another begins. */
    public MessageBatch messages() {
        MessageBatch present = messages;
        if (present == null) {
            present = new MessageBatch(kernel, arena);
            messages = present;
        }
        return present;
    }

    /** The number of the present turn; for the loop's own thread. */
    public long turn() {
        return turn;
    }

    /**
     * An earlier turn: what an event of the present one reports has happened after that one asked for events. For the loop's own
     * thread.
     */
    public long lastExhaustedTurn() {
        return exhaustedTurn;
    }

    /** Pipes for those who move much at once; for the loop's own thread. */
    public PipePool pipes() {
        return pipes;
    }

    /** The ends of connections that are reset; for the loop's own thread. */
    public Farewells farewells() {
        return farewells;
    }

    /** Connections that the loop serves or is about to; any thread may read and change it. */
    public AtomicInteger load() {
        return load;
    }

    /** Runs a task on the loop, soon; any thread may call. */
    @Override
    public void execute(Runnable task) {
        submitted.add(task);
        if (Thread.currentThread() != thread && waking.compareAndSet(false, true)) {
            synchronized (callersKernel) {
                if (!closed) {
                    callersKernel.signal(wakeup);
                }
            }
        }
    }

    /**
     * Watches a descriptor until {@link #forget}.
     *
     * @param interest bits of {@link Epoll}
     * @return the registration, for {@link #forget}
     * @throws LinuxException if the kernel will not watch it
     */
    public long watch(int fd, int interest, Handler handler) throws LinuxException {
        long key = handlers.add(handler);
        int result = epoll.add(fd, interest, key);
        if (result == -Errno.EEXIST) {
            result = epoll.modify(fd, interest, key); // it was forgotten, and not closed
        }
        if (result < 0) {
            handlers.remove(key);
            throw new LinuxException("epoll_ctl", "descriptor " + fd, -result);
        }
        return key;
    }

    /** Has the events of a watched descriptor go to another handler. */
    public void hand(long registration, Handler handler) {
        handlers.replace(registration, handler);
    }

    /** Watches a descriptor that is watched already for other events; those that are there now come again. */
    public void change(long registration, int fd, int interest) {
        epoll.modify(fd, interest, registration);
    }

    /** Stops watching a descriptor that is about to be closed: events still under way reach nobody. */
    public void forget(long registration) {
        handlers.remove(registration);
    }

    /** Stops watching a descriptor that stays open. */
    public void unwatch(long registration, int fd) {
        handlers.remove(registration);
        epoll.remove(fd);
    }

    /** Does something later, on the loop; to be called on the loop. */
    public Timer schedule(Duration delay, Runnable task) {
        return timers.add(System.nanoTime() + delay.toNanos(), task);
    }

    /** Goes on with something after everybody else had a turn; to be called on the loop. */
    public void afterOthers(Runnable rest) {
        unfinished.add(rest);
    }

    /** Does something that can wait: when there is nothing else to do, or some turns later; to be called on the loop. */
    public void whenIdle(Runnable task) {
        postponed.add(task);
    }

    /** Ends the loop when it has done what it was told to before. Descriptors that it still serves stay open. */
    public void stop() {
        stopping = true;
        execute(() -> {});
    }

    private void run() {
        while (!stopping) {
            try {
                takeTurn();
            } catch (RuntimeException e) {
                LOG.errorf(e, "%s: a turn failed; the loop goes on", thread.getName());
            } catch (Error e) {
                // A process that seems alive and serves nobody is worse than one that is started anew.
                LOG.fatalf(e, "%s: ending the process", thread.getName());
                Runtime.getRuntime().halt(HALT_STATUS);
            }
        }
        for (Runnable task = submitted.poll(); task != null; task = submitted.poll()) {
            guarded(task);
        }
        synchronized (callersKernel) {
            epoll.close();
            kernel.close(wakeup);
            closed = true;
        }
    }

    private void takeTurn() {
        int count = epoll.await(postponed.isEmpty() ? timeoutMillis() : 0);
        exhaustedTurn = exhausted ? turn : exhaustedTurn;
        exhausted = count < Epoll.BATCH;
        turn++;
        if (count < 0 && count != -Errno.EINTR) {
            throw new IllegalStateException("epoll_wait: " + Errno.describe(-count));
        }
        for (int i = 0; i < count; i++) {
            dispatch(epoll.key(i), epoll.events(i));
        }
        for (int i = unfinished.size(); i > 0; i--) {
            guarded(unfinished.remove());
        }
        for (Runnable task = submitted.poll(); task != null; task = submitted.poll()) {
            guarded(task);
        }
        doPostponed(count <= 0 && unfinished.isEmpty());
        doTimers();
    }

    private void doTimers() {
        if (timers.first() == null) {
            return;
        }
        long now = System.nanoTime();
        for (Timer timer = timers.takeDue(now); timer != null; timer = timers.takeDue(now)) {
            guarded(timer::run);
        }
    }

    private void doPostponed(boolean idle) {
        if (postponed.isEmpty() || (!idle && ++busyTurns < MOST_BUSY_TURNS)) {
            return;
        }
        busyTurns = 0;
        for (int i = postponed.size(); i > 0; i--) {
            guarded(postponed.remove());
        }
    }

    private void dispatch(long key, int events) {
        if (key == WAKEUP_KEY) {
            // In this order: a signal between the two the other way round would be lost, and no other would follow.
            kernel.drain(wakeup);
            waking.set(false);
            return;
        }
        Handler handler = handlers.get(key);
        if (handler != null) {
            try {
                handler.ready(events);
            } catch (RuntimeException e) {
                LOG.errorf(e, "%s: a handler failed; the loop goes on", thread.getName());
            }
        }
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s: a task failed; the loop goes on", thread.getName());
        }
    }

    private int timeoutMillis() {
        if (!unfinished.isEmpty() || !submitted.isEmpty()) {
            return 0;
        }
        Timer next = timers.first();
        if (next == null) {
            return -1;
        }
        long nanos = next.deadlineNanos - System.nanoTime();
        return nanos <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, nanos / 1_000_000 + 1);
    }
}
