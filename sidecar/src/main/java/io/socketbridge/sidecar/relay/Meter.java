package io.socketbridge.sidecar.relay;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a route has done since the sidecar started; any thread may count and read. */
public final class Meter {

    private final LongAdder opened = new LongAdder();
    private final AtomicInteger active = new AtomicInteger();
    private final LongAdder bytesToTarget = new LongAdder();
    private final LongAdder bytesFromTarget = new LongAdder();
    private final Map<ResetReason, LongAdder> resets = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

    void opened() {
        opened.increment();
        active.incrementAndGet();
    }

    void ended() {
        active.decrementAndGet();
    }

    void reset(ResetReason reason) {
        resets.computeIfAbsent(reason, key -> new LongAdder()).increment();
    }

    void failed(String reason) {
        failures.computeIfAbsent(reason, key -> new LongAdder()).increment();
    }

    void moved(long toTarget, long fromTarget) {
        bytesToTarget.add(toTarget);
        bytesFromTarget.add(fromTarget);
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
    public Map<ResetReason, LongAdder> resets() {
        return resets;
    }

    /** Bytes from the accepted side, written to the target. */
    public long bytesToTarget() {
        return bytesToTarget.sum();
    }

    /** Bytes from the target, written to the accepted side. */
    public long bytesFromTarget() {
        return bytesFromTarget.sum();
    }

    /** Connections accepted for which no target could be reached, by reason. */
    public Map<String, LongAdder> failures() {
        return failures;
    }
}
