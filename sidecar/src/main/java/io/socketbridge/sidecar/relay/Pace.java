package io.socketbridge.sidecar.relay;

import io.socketbridge.sidecar.loop.EventLoop;

/** Whether a flow's traffic is messages or a bulk transfer, by its last pieces. Owned by the connection's loop. */
final class Pace {

    /** Below this a piece is small: one call through a buffer costs less than two through a pipe. */
    static final int SMALL_BYTES = 16 * 1024;

    /** What a piece of a bulk transfer has at least. */
    private static final int BULK_BYTES = EventLoop.BUFFER_BYTES / 2;

    /** How many of them in a row make one. */
    private static final int BULK_PIECES = 2;

    /** How many small pieces in a row end one; a bulk transfer that is faster than its source has some. */
    private static final int SMALL_PIECES = 16;

    private boolean bulk;

    /** False once and for all where bytes cannot be spliced. */
    private boolean spliceable;

    /** Large pieces in a row while not {@link #bulk}, small ones while it is. */
    private int streak;

    Pace(boolean spliceable) {
        this.spliceable = spliceable;
    }

    boolean isBulk() {
        return bulk;
    }

    /** Takes note of a piece. */
    void moved(int bytes) {
        boolean counts = bulk ? bytes < SMALL_BYTES : spliceable && bytes >= BULK_BYTES;
        streak = counts ? streak + 1 : 0;
        if (streak == (bulk ? SMALL_PIECES : BULK_PIECES)) {
            bulk = !bulk;
            streak = 0;
        }
    }

    /** There is no pipe to be had now. */
    void endBulk() {
        bulk = false;
        streak = 0;
    }

    /** The kernel does not splice these sockets. */
    void neverSplice() {
        spliceable = false;
        endBulk();
    }
}
