package io.socketbridge.sidecar.relay;

/** What one connection did, passed on to its relay's meter. Owned by the connection's loop. */
final class Tally {

    private static final long NOT_BLOCKED = Long.MIN_VALUE;

    private final Meter meter;
    private long bytesToTarget;
    private long bytesFromTarget;
    private long toTargetBlockedNanos = NOT_BLOCKED;
    private long fromTargetBlockedNanos = NOT_BLOCKED;
    private String ending = "closed";

    Tally(Meter meter) {
        this.meter = meter;
    }

    void moved(long toTarget, long fromTarget) {
        if ((toTarget | fromTarget) != 0) {
            bytesToTarget += toTarget;
            bytesFromTarget += fromTarget;
            meter.moved(toTarget, fromTarget);
        }
    }

    /** Takes note of which directions are blocked; the clock is read only when that is news. */
    void blocked(boolean toTarget, boolean fromTarget) {
        if (toTarget != (toTargetBlockedNanos != NOT_BLOCKED)
                || fromTarget != (fromTargetBlockedNanos != NOT_BLOCKED)) {
            blocked(toTarget, fromTarget, System.nanoTime());
        }
    }

    /** The same, and counts how long they have been up to now. */
    void blocked(boolean toTarget, boolean fromTarget, long nowNanos) {
        meter.blocked(since(toTargetBlockedNanos, nowNanos), since(fromTargetBlockedNanos, nowNanos));
        toTargetBlockedNanos = toTarget ? nowNanos : NOT_BLOCKED;
        fromTargetBlockedNanos = fromTarget ? nowNanos : NOT_BLOCKED;
    }

    private static long since(long startNanos, long nowNanos) {
        return startNanos == NOT_BLOCKED ? 0 : nowNanos - startNanos;
    }

    void reset(ResetReason reason) {
        ending = reason.label();
        meter.reset(reason);
    }

    /** It was never joined to a target. */
    void failed(String reason) {
        meter.reset(ResetReason.UNREACHABLE);
        meter.failed(reason);
        ending = reason;
    }

    long bytesToTarget() {
        return bytesToTarget;
    }

    long bytesFromTarget() {
        return bytesFromTarget;
    }

    /** How it ended: {@code closed}, or why it was reset or failed. */
    String ending() {
        return ending;
    }
}
