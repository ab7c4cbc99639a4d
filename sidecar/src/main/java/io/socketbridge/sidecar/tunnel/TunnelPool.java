package io.socketbridge.sidecar.tunnel;

import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.TunnelAddress;
import io.socketbridge.sidecar.loop.Backoff;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.LogLimit;
import io.socketbridge.sidecar.loop.Timer;
import io.socketbridge.sidecar.relay.Dialer;
import io.socketbridge.sidecar.tls.Protections;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A loop's tunnels to one place that are ready for a connection: as many as were in use at once lately, and one more while there is any
 * use at all. Owned by its loop.
 */
final class TunnelPool {

    private static final Logger LOG = Logger.getLogger(TunnelPool.class);

    private static final Duration SWEEP = Duration.ofSeconds(5);

    /** A tunnel that was not needed for so long is one too many, but for the last. */
    private static final long SPARE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** And that one, when nothing at all was connected for so long. */
    private static final long UNUSED_NANOS = TimeUnit.MINUTES.toNanos(15);

    private static final Duration REFILL_LIMIT = Duration.ofSeconds(10);

    private final EventLoop loop;
    private final TunnelAddress address;
    private final int mostFree;
    private final Departures departures;
    private final LogLimit warnings = new LogLimit();

    /** Those that were used last come first. */
    private final Deque<ClientTunnel> free = new ArrayDeque<>();

    private final TunnelConnector connector;
    private final Backoff backoff;
    private boolean refilling;

    /** Until it, none is made ready, as that was in vain lately; null while it may be of use. */
    private @Nullable Timer pause;

    private boolean sweeping;
    private boolean closed;
    private long lastUseNanos = System.nanoTime();

    /**
     * @param mostFree how many are kept at most; more than that at once are made anew each time
     * @param backoff how long to wait before another is made ready, where that was in vain
     */
    TunnelPool(
            EventLoop loop,
            TunnelAddress address,
            Tunnel rule,
            Protections protections,
            int mostFree,
            Backoff backoff,
            Departures departures) {
        this.backoff = backoff;
        this.departures = departures;
        this.mostFree = mostFree;
        this.loop = loop;
        this.address = address;
        this.connector = new TunnelConnector(loop, address, rule, protections);
    }

    EventLoop loop() {
        return loop;
    }

    Departures departures() {
        return departures;
    }

    TunnelAddress address() {
        return address;
    }

    /** Begins a connection on a tunnel that is ready, or else on a new one. */
    void dial(Attempt attempt) {
        lastUseNanos = System.nanoTime();
        @Nullable ClientTunnel ready = takeReady();
        if (ready == null) {
            dialAnew(attempt);
        } else {
            ready.begin(attempt, true);
        }
        if (free.isEmpty()) {
            loop.afterOthers(this::refill);
        }
    }

    private @Nullable ClientTunnel takeReady() {
        ClientTunnel ready = free.poll();
        while (ready != null && !ready.isUsable()) {
            ready.leave();
            ready = free.poll();
        }
        return ready;
    }

    /** Begins it on a new tunnel. */
    void dialAnew(Attempt attempt) {
        Dialer.Pending connecting = connector.connect(
                this,
                Duration.ofNanos(attempt.leftNanos()),
                tunnel -> {
                    if (attempt.isCancelled()) {
                        release(tunnel);
                    } else {
                        tunnel.begin(attempt, false);
                    }
                },
                failure -> {
                    if (!attempt.isCancelled()) {
                        attempt.outcome().failed(failure.reason(), failure.getMessage());
                    }
                });
        if (!attempt.isBusy()) {
            attempt.whenCancelled(connecting::cancel);
        }
    }

    /** A connection was taken: tunnels are of use. */
    void accepted() {
        backoff.reset();
        if (pause != null) {
            pause.cancel();
            pause = null;
            loop.afterOthers(this::refill);
        }
    }

    /** Sees to it that one is ready, unless that was in vain lately. */
    void refill() {
        if (closed || refilling || pause != null || mostFree == 0 || !free.isEmpty()) {
            return;
        }
        refilling = true;
        connector.connect(
                this,
                REFILL_LIMIT,
                tunnel -> {
                    refilling = false;
                    release(tunnel);
                },
                failure -> {
                    refilling = false;
                    if (isUsed()) {
                        warnings.write(
                                more -> LOG.infof("%s: no tunnel is ready: %s%s", address, failure.getMessage(), more));
                        refillLater();
                    }
                });
    }

    private void refillLater() {
        if (pause == null) {
            pause = loop.schedule(backoff.next(), () -> {
                pause = null;
                if (isUsed()) {
                    refill();
                }
            });
        }
    }

    private boolean isUsed() {
        return !closed && System.nanoTime() - lastUseNanos < UNUSED_NANOS;
    }

    /** Takes a tunnel that has no connection, for the next one. */
    void release(ClientTunnel tunnel) {
        if (closed || free.size() >= mostFree || !tunnel.isUsable()) {
            tunnel.leave();
            return;
        }
        free.push(tunnel);
        if (!sweeping) {
            sweeping = true;
            loop.schedule(SWEEP, this::sweep);
        }
    }

    /** A tunnel that was free is not any more. */
    void lost(ClientTunnel tunnel) {
        if (free.remove(tunnel) && free.isEmpty() && isUsed()) {
            refillLater();
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        while (!free.isEmpty()
                && now - free.getLast().freeSinceNanos() > SPARE_NANOS
                && (free.size() > 1 || !isUsed())) {
            free.removeLast().leave();
        }
        for (ClientTunnel tunnel : free.toArray(ClientTunnel[]::new)) {
            tunnel.check(now);
        }
        sweeping = !free.isEmpty();
        if (sweeping) {
            loop.schedule(SWEEP, this::sweep);
        }
    }

    /** Lets all go that have no connection, and keeps no others. */
    void close() {
        closed = true;
        if (pause != null) {
            pause.cancel();
            pause = null;
        }
        while (!free.isEmpty()) {
            free.remove().leave();
        }
    }
}
