package io.socketbridge.sidecar.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Out-of-band data: a byte of a stream that has a mark on it. An unread mark is reported as {@link Epoll#PRI}; a receive that began
 * before it ends there, and one that begins at it passes it by without a word. For one thread.
 *
 * <p>Results are as in {@link Kernel}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</a>, {@code MSG_OOB}; <a
 *     href="https://man7.org/linux/man-pages/man3/sockatmark.3.html">sockatmark(3)</a>
 */
public final class OutOfBand {

    private static final int POLL_FD_BYTES = 8;

    private final Kernel kernel;
    private final MemorySegment pollFd;

    /**
     * Takes the memory that its calls need.
     *
     * @param kernel of the thread that calls
     */
    public OutOfBand(Kernel kernel, Arena arena) {
        this.kernel = kernel;
        this.pollFd = arena.allocate(POLL_FD_BYTES, 4);
    }

    /** Which of {@link Epoll#IN} and {@link Epoll#PRI} hold of a socket at this moment, with {@link Epoll#HUP} and {@link Epoll#ERR}. */
    public int poll(int fd) {
        pollFd.set(ValueLayout.JAVA_INT, 0, fd);
        pollFd.set(ValueLayout.JAVA_SHORT, 4, (short) (Epoll.IN | Epoll.PRI));
        pollFd.set(ValueLayout.JAVA_SHORT, 6, (short) 0);
        int result = kernel.result(SystemCall.call(SystemCall.POLL, kernel.captured(), pollFd.address(), 1L, 0));
        return result < 0 ? result : Short.toUnsignedInt(pollFd.get(ValueLayout.JAVA_SHORT, 6));
    }

    /** 1 if the next byte is the one with the mark, else 0. */
    public int isAtMark(int fd) {
        return kernel.atMark(fd);
    }

    /** Sends a byte with a mark on it. */
    public int send(int fd, byte value) {
        return kernel.sendOutOfBand(fd, value);
    }
}
