package io.socketbridge.sidecar.datagram;

import java.util.concurrent.atomic.LongAdder;

/** How flows of a route's datagrams ended; any thread may count and read. */
public final class FlowMeter {

    private final LongAdder aged = new LongAdder();
    private final LongAdder evicted = new LongAdder();

    void aged() {
        aged.increment();
    }

    void evicted() {
        evicted.increment();
    }

    /** Flows that ended since nothing was sent either way for so long. */
    public long agedCount() {
        return aged.sum();
    }

    /** Flows that ended to make room for another, at the most there may be. */
    public long evictedCount() {
        return evicted.sum();
    }
}
