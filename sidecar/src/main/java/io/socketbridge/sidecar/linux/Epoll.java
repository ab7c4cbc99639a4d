package io.socketbridge.sidecar.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An epoll instance, owned by one thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/epoll.7.html">epoll(7)</a>
 */
public final class Epoll {

    public static final int IN = 0x1;
    public static final int PRI = 0x2;
    public static final int OUT = 0x4;
    public static final int ERR = 0x8;
    public static final int HUP = 0x10;
    public static final int RDHUP = 0x2000;
    public static final int EDGE_TRIGGERED = 1 << 31;

    private static final int CLOEXEC = 0x80000;
    private static final int ADD = 1;
    private static final int DELETE = 2;
    private static final int MODIFY = 3;

    /** How many events one wait returns at most; more are returned by the next. */
    public static final int BATCH = 256;

    /** {@code struct epoll_event} is packed on x86-64 only. */
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

    private static final int EVENT_BYTES = PACKED ? 12 : 16;
    private static final int DATA_OFFSET = PACKED ? 4 : 8;
    private static final ValueLayout.OfLong DATA = ValueLayout.JAVA_LONG_UNALIGNED;

    private final Kernel kernel;
    private final int fd;
    private final MemorySegment events;
    private final MemorySegment change;

    /** @throws LinuxException if the process has no descriptor left */
    public Epoll(Kernel kernel, Arena arena) throws LinuxException {
        this.kernel = kernel;
        this.events = arena.allocate((long) EVENT_BYTES * BATCH, 8);
        this.change = arena.allocate(EVENT_BYTES, 8);
        int result = SystemCall.call(SystemCall.EPOLL_CREATE1, kernel.captured(), CLOEXEC);
        this.fd = LinuxException.check(kernel.result(result), "epoll_create1", "");
    }

    /**
     * Watches a descriptor.
     *
     * @param interest of the events above
     * @param key comes back with each event
     * @return 0 or a negated error number
     */
    public int add(int target, int interest, long key) {
        return control(ADD, target, interest, key);
    }

    /** Watches a descriptor that is watched already for other events; those that are there now are reported, as by {@link #add}. */
    public int modify(int target, int interest, long key) {
        return control(MODIFY, target, interest, key);
    }

    /** Stops watching a descriptor; closing it does so too. */
    public int remove(int target) {
        return control(DELETE, target, 0, 0);
    }

    /**
     * Waits for events. Blocks.
     *
     * @param timeoutMillis -1 waits for ever
     * @return how many there are for {@link #key} and {@link #events}, or a negated error number
     */
    public int await(int timeoutMillis) {
        try {
            return kernel.result((int)
                    SystemCall.EPOLL_WAIT.invokeExact(kernel.captured(), fd, events.address(), BATCH, timeoutMillis));
        } catch (Throwable e) {
            throw SystemCall.unexpected(e);
        }
    }

    /** The key of the event at an index below what {@link #await} returned. */
    public long key(int index) {
        return events.get(DATA, (long) index * EVENT_BYTES + DATA_OFFSET);
    }

    /** The events at an index. */
    public int events(int index) {
        return events.get(ValueLayout.JAVA_INT, (long) index * EVENT_BYTES);
    }

    /** Closes the epoll descriptor. */
    public void close() {
        kernel.close(fd);
    }

    private int control(int operation, int target, int interest, long key) {
        change.set(ValueLayout.JAVA_INT, 0, interest);
        change.set(DATA, DATA_OFFSET, key);
        return kernel.result(
                SystemCall.call(SystemCall.EPOLL_CTL, kernel.captured(), fd, operation, target, change.address()));
    }
}
