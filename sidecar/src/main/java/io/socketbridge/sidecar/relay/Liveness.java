package io.socketbridge.sidecar.relay;

import io.socketbridge.contract.Limits;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.PeerSockets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Whether a connection is used, and whether the machines at its ends are there. Owned by the connection's loop.
 *
 * <p>The kernel asks those that are silent by itself (keepalive), while nothing is on its way to them. For what is, it has
 * {@code TCP_USER_TIMEOUT}; but by that a reader who keeps the window closed is dead as well, however often their machine answers, and
 * that would be the end of every reader who is slow enough. So the sidecar looks at those itself: dead is who answers nothing.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">tcp(7)</a>
 */
final class Liveness {

    /** Until then nothing is set: most connections are shorter, and would pay for it. */
    private static final long YOUNG_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int PROBES = 3;

    /** So many questions in a row that were not answered were not merely lost, nor is the answer to the last one on its way. */
    private static final int UNANSWERED = 2;

    private final Kernel kernel;
    private final PeerSockets sockets;
    private final long joinedNanos;
    private final Side accepted;
    private final Side target;
    private long lastMovedNanos;

    /** What the sockets are set to; 0 while they are not. */
    private long deadPeerTimeoutMillis;

    /**
     * @param joinedNanos when the connection was joined to its target, until when nothing could move
     */
    Liveness(Kernel kernel, PeerSockets sockets, long joinedNanos, ByteStream accepted, ByteStream target) {
        this.kernel = kernel;
        this.sockets = sockets;
        this.joinedNanos = joinedNanos;
        this.accepted = new Side(accepted);
        this.target = new Side(target);
        this.lastMovedNanos = joinedNanos;
    }

    /**
     * Looks at the connection.
     *
     * @param toTarget what was written to the target until now: bytes, and the end as one
     * @param fromTarget what was written to the accepted side until now
     * @param blocked whether something waits for a reader that rests: such a connection is in use
     * @return why it has to be reset, if it has to be
     */
    Optional<ResetReason> look(long nowNanos, Limits limits, long toTarget, long fromTarget, boolean blocked) {
        boolean moved = target.wrote(toTarget);
        moved |= accepted.wrote(fromTarget);
        if (moved || blocked) {
            lastMovedNanos = nowNanos;
        } else if (limits.idleTimeoutMillis() > 0
                && nowNanos - lastMovedNanos >= TimeUnit.MILLISECONDS.toNanos(limits.idleTimeoutMillis())) {
            return Optional.of(ResetReason.IDLE);
        }
        if (limits.maxLifetimeMillis() > 0
                && nowNanos - joinedNanos >= TimeUnit.MILLISECONDS.toNanos(limits.maxLifetimeMillis())) {
            return Optional.of(ResetReason.LIFETIME);
        }
        if (nowNanos - joinedNanos < YOUNG_NANOS) {
            return Optional.empty();
        }
        if (deadPeerTimeoutMillis != limits.deadPeerTimeoutMillis()) {
            deadPeerTimeoutMillis = limits.deadPeerTimeoutMillis();
            accepted.set();
            target.set();
        }
        return accepted.isDead() || target.isDead() ? Optional.of(ResetReason.DEAD_PEER) : Optional.empty();
    }

    /** Whether the connection, which the kernel has cut, was so because a machine had been silent for too long. */
    boolean isPeerSilent() {
        // The kernel gave up in its own time, which is counted in coarser units.
        long nearly = deadPeerTimeoutMillis * 9 / 10;
        return accepted.isSilent(nearly, 1) || target.isSilent(nearly, 1);
    }

    private final class Side {

        private final ByteStream stream;
        private long written;

        /** Whether something may be on its way that was not acknowledged. */
        private boolean outstanding = true;

        Side(ByteStream stream) {
            this.stream = stream;
        }

        /** Takes note of what was written until now; whether that is more than before. */
        boolean wrote(long now) {
            boolean more = now != written;
            written = now;
            outstanding |= more;
            return more;
        }

        void set() {
            if (!stream.crossesNetwork()) {
                return;
            }
            int millis = (int) Math.min(Integer.MAX_VALUE, deadPeerTimeoutMillis);
            // Half of the time passes in silence, and three questions share the other half.
            kernel.setKeepAlive(stream.descriptor(), millis / 2_000, Math.max(1, millis / 6_000), PROBES);
            // As often a closed window is asked about; else the kernel lets up to two minutes pass.
            sockets.setLongestRetransmission(stream.descriptor(), Math.clamp(millis / 6, 1_000, 120_000));
        }

        boolean isDead() {
            if (!outstanding || !stream.crossesNetwork()) {
                return false;
            }
            outstanding = kernel.unacknowledgedBytes(stream.descriptor()) > 0;
            return outstanding && isSilent(deadPeerTimeoutMillis, UNANSWERED);
        }

        private boolean isSilent(long millis, int unanswered) {
            return millis > 0
                    && stream.crossesNetwork()
                    && sockets.silence(stream.descriptor())
                            .filter(silence -> silence.millis() >= millis && silence.unanswered() >= unanswered)
                            .isPresent();
        }
    }
}
