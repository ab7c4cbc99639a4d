package io.socketbridge.sidecar.loop;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The ends of TCP connections that are reset, and not before what was written to them has arrived: to whom it was written it comes before the
 * end, as it does on a local socket. Owned by one loop.
 */
public final class Farewells {

    /** How long that may take. */
    public static final Duration LONGEST = Duration.ofSeconds(30);

    /** Most has arrived by then, and a reader that is slow is not asked for often. */
    private static final Duration FIRST_LOOK = Duration.ofMillis(5);

    private static final Duration LAST_LOOK = Duration.ofMillis(500);

    private final EventLoop loop;
    private final int most;

    /** The oldest first. */
    private final Set<Farewell> waiting = new LinkedHashSet<>();

    /** @param most how many may take their time at once; one more ends the oldest, whatever has arrived */
    Farewells(EventLoop loop, int most) {
        this.loop = loop;
        this.most = most;
    }

    /**
     * Resets a connection.
     *
     * @param fd is set to be reset when it is closed; no event is awaited of it any more
     */
    public void reset(int fd) {
        if (loop.kernel().unacknowledgedBytes(fd) <= 0) {
            loop.kernel().close(fd);
            return;
        }
        if (waiting.size() == most) {
            waiting.iterator().next().end();
        }
        Farewell farewell = new Farewell(fd);
        waiting.add(farewell);
        farewell.lookIn(FIRST_LOOK);
    }

    private final class Farewell {

        private final int fd;
        private final long deadlineNanos = System.nanoTime() + LONGEST.toNanos();
        private boolean ended;

        Farewell(int fd) {
            this.fd = fd;
        }

        void lookIn(Duration delay) {
            loop.schedule(delay, () -> {
                if (ended) {
                    return;
                }
                if (loop.kernel().unacknowledgedBytes(fd) <= 0 || System.nanoTime() - deadlineNanos >= 0) {
                    end();
                } else {
                    Duration next = delay.multipliedBy(2);
                    lookIn(next.compareTo(LAST_LOOK) < 0 ? next : LAST_LOOK);
                }
            });
        }

        void end() {
            ended = true;
            waiting.remove(this);
            loop.kernel().close(fd);
        }
    }
}
