package io.socketbridge.sidecar.tunnel;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Tunnels whose connection is over, and that have still to send what waits, or to hear that what was sent was delivered. A process that
 * ended before would take it with it. Any thread may call.
 */
public final class Departures {

    private final AtomicInteger count = new AtomicInteger();
    private volatile @Nullable CompletableFuture<Void> none;

    void began() {
        count.incrementAndGet();
    }

    void over() {
        CompletableFuture<Void> awaited = none;
        if (count.decrementAndGet() == 0 && awaited != null) {
            awaited.complete(null);
        }
    }

    /** How many there are. */
    public int count() {
        return count.get();
    }

    /** Completes when there is none; to be asked once, when no more tunnels are made. */
    public CompletableFuture<Void> none() {
        CompletableFuture<Void> awaited = new CompletableFuture<>();
        none = awaited;
        if (count.get() == 0) {
            awaited.complete(null);
        }
        return awaited;
    }
}
