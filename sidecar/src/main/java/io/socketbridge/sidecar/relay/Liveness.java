package io.socketbridge.sidecar.relay;

import io.socketbridge.contract.Limits;
import io.socketbridge.sidecar.linux.PeerSockets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Whether a connection is used, and whether the machines at its ends are there. Owned by the connection's loop.
 *
 * <p>The kernel notices most of the dead by itself: it asks those that are silent (keepalive), and gives up what is not acknowledged
 * ({@code TCP_USER_TIMEOUT}). But to it a reader who keeps the window closed for long is dead too, however often their machine answers. So
 * while one of them takes no more, the sidecar looks instead.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">tcp(7)</a>
 */
final class Liveness {

    /** Until then nothing is set: most connections are shorter, and would pay for it. */
    private static final long YOUNG_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int PROBES = 3;

    private final PeerSockets sockets;
    private final long acceptedNanos;
    private final Side accepted;
    private final Side target;
    private long lastBytes;
    private long lastMovedNanos;

    /** What the sockets are set to; 0 while they are not. */
    private long deadPeerTimeoutMillis;

    Liveness(PeerSockets sockets, long acceptedNanos, ByteStream accepted, ByteStream target) {
        this.sockets = sockets;
        this.acceptedNanos = acceptedNanos;
        this.accepted = new Side(accepted);
        this.target = new Side(target);
        this.lastMovedNanos = acceptedNanos;
    }

    /**
     * Looks at the connection.
     *
     * @param bytes moved since its beginning, both ways together
     * @param toTargetBlocked whether the target takes no more
     * @param fromTargetBlocked whether the accepted side takes no more
     * @return why it has to be reset, if it has to be
     */
    Optional<ResetReason> look(
            long nowNanos, Limits limits, long bytes, boolean toTargetBlocked, boolean fromTargetBlocked) {
        if (bytes != lastBytes) {
            lastBytes = bytes;
            lastMovedNanos = nowNanos;
        } else if (limits.idleTimeoutMillis() > 0
                && nowNanos - lastMovedNanos >= TimeUnit.MILLISECONDS.toNanos(limits.idleTimeoutMillis())) {
            return Optional.of(ResetReason.IDLE);
        }
        if (nowNanos - acceptedNanos < YOUNG_NANOS) {
            return Optional.empty();
        }
        if (deadPeerTimeoutMillis != limits.deadPeerTimeoutMillis()) {
            deadPeerTimeoutMillis = limits.deadPeerTimeoutMillis();
            accepted.set();
            target.set();
        }
        return accepted.isDead(fromTargetBlocked) || target.isDead(toTargetBlocked)
                ? Optional.of(ResetReason.DEAD_PEER)
                : Optional.empty();
    }

    /** Whether the connection, which was cut, was so because a machine had been silent for too long. */
    boolean isPeerSilent() {
        return accepted.isSilent(0) || target.isSilent(0);
    }

    private final class Side {

        private final ByteStream stream;

        /** Whether the kernel ends the connection if what it sent is not acknowledged in time. */
        private boolean timed;

        Side(ByteStream stream) {
            this.stream = stream;
        }

        void set() {
            if (!stream.crossesNetwork()) {
                return;
            }
            int fd = stream.descriptor();
            int millis = (int) Math.min(Integer.MAX_VALUE, deadPeerTimeoutMillis);
            // Half of the time passes in silence, and three questions share the other half.
            sockets.keepAlive(fd, millis / 2_000, Math.max(1, millis / 6_000), PROBES);
            // So often a closed window is asked about, too; else the kernel lets up to two minutes pass.
            sockets.setLongestRetransmission(fd, Math.clamp(millis / 6, 1_000, 120_000));
            sockets.setUserTimeout(fd, millis);
            timed = true;
        }

        boolean isDead(boolean blocked) {
            if (!stream.crossesNetwork()) {
                return false;
            }
            if (timed == blocked) {
                timed = !blocked;
                sockets.setUserTimeout(
                        stream.descriptor(), blocked ? 0 : (int) Math.min(Integer.MAX_VALUE, deadPeerTimeoutMillis));
            }
            return blocked && isSilent(2);
        }

        /**
         * Whether nothing was heard for too long, though so many questions went unanswered: with a closed window the next one may
         * simply not have been asked yet, and one alone may have been lost.
         */
        private boolean isSilent(int questions) {
            if (deadPeerTimeoutMillis == 0 || !stream.crossesNetwork()) {
                return false;
            }
            // The kernel's clocks for this are coarse: it gives up some milliseconds before its time.
            long enough = questions == 0 ? deadPeerTimeoutMillis * 9 / 10 : deadPeerTimeoutMillis;
            return sockets.silence(stream.descriptor())
                    .filter(silence -> silence.millis() >= enough && silence.unanswered() >= questions)
                    .isPresent();
        }
    }
}
