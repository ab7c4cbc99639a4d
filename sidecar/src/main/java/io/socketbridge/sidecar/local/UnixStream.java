package io.socketbridge.sidecar.local;

import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.relay.SocketStream;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * A connected Unix stream socket.
 *
 * <p>A Unix socket has one way to say that a connection was cut, and not ended: it is closed while its queue holds something
 * unread, and then its peer gets {@code ECONNRESET}. So the last byte that was read stays in the queue until the next one has come;
 * it is passed on all the same, by peeking. This is also what an app gets to see when this process is killed.
 *
 * <p>What is in the queue counts against the app's send buffer, and the kernel reports room in it only while three quarters are free. So
 * no byte of a large piece is held, and none at all of an app that has made its send buffer small.
 */
final class UnixStream extends SocketStream {

    /** Up to this the kernel allots no more than for one byte, which leaves room in the smallest send buffer there is. */
    private static final int SMALLEST_BYTES = 128;

    /** When a connection that holds more than the smallest is looked at, and an app that waits for room goes on. */
    private static final Duration CHECK_DELAY = Duration.ofMillis(20);

    /** How much of a default send buffer a held piece may take: half of the quarter, as the kernel allots in powers of two. */
    private static final int SEND_BUFFER_SHARE = 8;

    private final EventLoop loop;

    /** Pieces up to this size may be held. */
    private int holdable;

    private boolean checkDue = true;

    /** Whether the kernel peeks from an offset. */
    private boolean peeking;

    /** Bytes in the queue that were read already: 0 or 1. */
    private int held;

    private boolean closed;

    UnixStream(EventLoop loop, int fd) {
        super(loop.kernel(), fd);
        this.loop = loop;
        this.holdable = Math.max(SMALLEST_BYTES, loop.unixSendBufferBytes() / SEND_BUFFER_SHARE);
    }

    @Override
    public int read(MemorySegment buffer, int offset, int length) {
        Kernel kernel = kernel();
        if (!peeking) {
            peeking = kernel.setPeekOffset(descriptor(), 0) >= 0;
            if (!peeking) {
                return kernel.receive(descriptor(), buffer, offset, length);
            }
        }
        int count = kernel.peek(descriptor(), buffer, offset, length);
        if (count > 0) {
            int hold = count <= holdable ? 1 : 0;
            discard(held + count - hold);
            held = hold;
            if (checkDue && hold == 1 && count > SMALLEST_BYTES) {
                checkDue = false;
                loop.schedule(CHECK_DELAY, this::check);
            }
        }
        return count;
    }

    @Override
    public int startSplicing() {
        release();
        // A splice would drop descriptors without a word.
        return kernel().peek(descriptor(), loop.discarded(), 0, 1) == -Errno.EOPNOTSUPP ? -Errno.EOPNOTSUPP : 0;
    }

    @Override
    public boolean crossesNetwork() {
        return false;
    }

    @Override
    public void abandon() {
        reset();
    }

    @Override
    public void close() {
        release();
        closed = true;
        kernel().close(descriptor());
    }

    @Override
    public void reset() {
        closed = true;
        kernel().close(descriptor());
    }

    /** Holds no more than the smallest if the app's send buffer is smaller than the system's default, or cannot be known. */
    private void check() {
        if (closed) {
            return;
        }
        int bytes = loop.diagnostics().peerSendBufferBytes(descriptor()).orElse(0);
        if (bytes < loop.unixSendBufferBytes()) {
            holdable = SMALLEST_BYTES;
            release();
        }
    }

    private void release() {
        discard(held);
        held = 0;
    }

    /** Takes bytes off the queue that were read already. */
    private void discard(int count) {
        if (count > 0) {
            kernel().receive(descriptor(), loop.discarded(), 0, count);
        }
    }
}
