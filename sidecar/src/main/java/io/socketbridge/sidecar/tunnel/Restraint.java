package io.socketbridge.sidecar.tunnel;

import java.util.concurrent.TimeUnit;

/**
 * Counts the frames by which a peer only makes work, to tell one that asks now and then from one that does nothing else. Owned by one
 * loop.
 */
final class Restraint {

    /** So many in a second are taken: a hundred thousand times what a sidecar sends, and no work for this end. */
    static final int MOST_IN_A_SECOND = 1_000;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long sinceNanos;
    private int count;

    /** Counts one that came now, by {@link System#nanoTime}; whether that is not one too many. */
    boolean takes(long nowNanos) {
        if (count == 0 || nowNanos - sinceNanos >= SECOND_NANOS) {
            sinceNanos = nowNanos;
            count = 0;
        }
        count++;
        return count <= MOST_IN_A_SECOND;
    }
}
