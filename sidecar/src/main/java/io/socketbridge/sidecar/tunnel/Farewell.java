package io.socketbridge.sidecar.tunnel;

import io.socketbridge.sidecar.loop.EventLoop;
import java.time.Duration;

/** The end of a TCP connection that is reset, and not before what was written to it has arrived. */
final class Farewell {

    /** How long that may take. */
    static final Duration LONGEST = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofMillis(5);

    private Farewell() {}

    /**
     * Resets a connection, whose socket is set to be reset when it is closed: to whom bytes were written they come before the end, as
     * they do on a local socket.
     *
     * @param fd that no event is awaited of any more
     */
    static void reset(EventLoop loop, int fd) {
        resetWhenSent(loop, fd, System.nanoTime() + LONGEST.toNanos());
    }

    private static void resetWhenSent(EventLoop loop, int fd, long deadlineNanos) {
        if (loop.kernel().unacknowledgedBytes(fd) > 0 && System.nanoTime() < deadlineNanos) {
            loop.schedule(POLL, () -> resetWhenSent(loop, fd, deadlineNanos));
        } else {
            loop.kernel().close(fd);
        }
    }
}
