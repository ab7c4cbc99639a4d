package io.socketbridge.sidecar.relay;

import io.socketbridge.sidecar.linux.Errno;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a route has done since the sidecar started; any thread may count and read. */
public final class Meter {

    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongAdder opened = new LongAdder();
    private final AtomicInteger active = new AtomicInteger();
    private final LongAdder bytesToTarget = new LongAdder();
    private final LongAdder bytesFromTarget = new LongAdder();
    private final LongAdder blockedToTargetNanos = new LongAdder();
    private final LongAdder blockedFromTargetNanos = new LongAdder();
    private final Counters<ResetReason> resets = new Counters<>();
    private final Counters<String> failures = new Counters<>();
    private final Counters<String> dialFailures = new Counters<>();
    private final Counters<String> acceptErrors = new Counters<>();
    private final Counters<String> denied = new Counters<>();
    private final Counters<String> headersRejected = new Counters<>();
    private final LongAdder targetsEjected = new LongAdder();
    private final Histogram connectTime = new Histogram();
    private final Histogram duration = new Histogram();
    private final LongAdder limitReached = new LongAdder();
    private volatile boolean atLimit;
    private final LongAdder socketsRecreated = new LongAdder();

    void opened() {
        opened.increment();
        active.incrementAndGet();
    }

    /** How many are open still. */
    int ended() {
        return active.decrementAndGet();
    }

    void reset(ResetReason reason) {
        resets.increment(reason);
    }

    void failed(String reason) {
        failures.increment(reason);
    }

    void dialFailed(String reason) {
        dialFailures.increment(reason);
    }

    void targetEjected() {
        targetsEjected.increment();
    }

    void acceptFailed(int errno) {
        acceptErrors.increment(Errno.name(errno));
    }

    void headerRejected(String reason) {
        headersRejected.increment(reason);
    }

    /** Somebody was at the other end of a tunnel who may not connect; any thread may call. */
    public void denied(String reason) {
        denied.increment(reason);
    }

    void moved(long toTarget, long fromTarget) {
        bytesToTarget.add(toTarget);
        bytesFromTarget.add(fromTarget);
    }

    void blocked(long toTargetNanos, long fromTargetNanos) {
        blockedToTargetNanos.add(toTargetNanos);
        blockedFromTargetNanos.add(fromTargetNanos);
    }

    void connected(long nanosSinceAccepted) {
        connectTime.observe(nanosSinceAccepted);
    }

    void lasted(long nanos) {
        duration.observe(nanos);
    }

    void atLimit(boolean now) {
        if (now) {
            limitReached.increment();
        }
        atLimit = now;
    }

    /** The app made its socket anew. */
    public void socketRecreated() {
        socketsRecreated.increment();
    }

    /** Connections accepted. */
    public long openedCount() {
        return opened.sum();
    }

    /** Connections open now. */
    public int activeCount() {
        return active.get();
    }

    /** Connections that were ended by a reset, of both sides, by reason. */
    public Map<ResetReason, Long> resets() {
        return resets.read();
    }

    /** Bytes from the accepted side, written to the target. */
    public long bytesToTarget() {
        return bytesToTarget.sum();
    }

    /** Bytes from the target, written to the accepted side. */
    public long bytesFromTarget() {
        return bytesFromTarget.sum();
    }

    /** Seconds, of all connections together, for which the target took no more. */
    public double blockedToTargetSeconds() {
        return blockedToTargetNanos.sum() / NANOS;
    }

    /** Seconds, of all connections together, for which the accepted side took no more. */
    public double blockedFromTargetSeconds() {
        return blockedFromTargetNanos.sum() / NANOS;
    }

    /** Connections accepted that were never joined to a target, by reason. */
    public Map<String, Long> failures() {
        return failures.read();
    }

    /** Attempts to reach a target that failed, by reason; a connection may make several. */
    public Map<String, Long> dialFailures() {
        return dialFailures.read();
    }

    /** How often a target was passed over for a while, as connecting to it failed again and again. */
    public long targetsEjectedCount() {
        return targetsEjected.sum();
    }

    /** Connections that could not be accepted, by the error's name. */
    public Map<String, Long> acceptErrors() {
        return acceptErrors.read();
    }

    /** Connections that did not begin with a PROXY protocol header as they had to, by reason. */
    public Map<String, Long> headersRejected() {
        return headersRejected.read();
    }

    /** Connections through tunnels from somebody who may not connect, by reason. */
    public Map<String, Long> denied() {
        return denied.read();
    }

    /** From the moment that a connection was accepted to the one that its target was connected. */
    public Histogram connectTime() {
        return connectTime;
    }

    /** From the moment that a connection was accepted to its end. */
    public Histogram duration() {
        return duration;
    }

    /** How often the most connections were open, so that others had to wait. */
    public long limitReachedCount() {
        return limitReached.sum();
    }

    /** Whether the most connections are open now, and others have to wait. */
    public boolean isAtLimit() {
        return atLimit;
    }

    /** How often the app made its socket anew. */
    public long socketsRecreatedCount() {
        return socketsRecreated.sum();
    }
}
