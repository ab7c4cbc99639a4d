package io.socketbridge.sidecar.tunnel;

import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.TunnelAddress;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.LogLimit;
import io.socketbridge.sidecar.tls.Protections;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
    private static final Duration FIRST_RETRY = Duration.ofMillis(250);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);

    private final EventLoop loop;
    private final TunnelAddress address;
    private final int mostFree;
    private final Departures departures;
    private final LogLimit warnings = new LogLimit();

    /** Those that were used last come first. */
    private final Deque<ClientTunnel> free = new ArrayDeque<>();

    private final TunnelConnector connector;
    private boolean refilling;
    private boolean sweeping;
    private boolean closed;
    private Duration retry = FIRST_RETRY;
    private long lastUseNanos = System.nanoTime();

    /** @param mostFree how many are kept at most; more than that at once are made anew each time */
    TunnelPool(
            EventLoop loop,
            TunnelAddress address,
            Tunnel rule,
            Protections protections,
            int mostFree,
            Departures departures) {
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

    boolean isClosed() {
        return closed;
    }

    TunnelAddress address() {
        return address;
    }

    /** Begins a connection on a tunnel that is ready, or else on a new one. */
    void dial(Attempt attempt) {
        lastUseNanos = System.nanoTime();
        @Nullable ClientTunnel ready = free.poll();
        if (ready == null) {
            dialAnew(attempt);
        } else {
            ready.begin(attempt, true);
        }
        if (free.isEmpty()) {
            loop.afterOthers(this::refill);
        }
    }

    /** Begins it on a new tunnel. */
    void dialAnew(Attempt attempt) {
        connect(
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
    }

    /** Sees to it that one is ready. */
    void refill() {
        if (closed || refilling || mostFree == 0 || !free.isEmpty()) {
            return;
        }
        refilling = true;
        connect(
                REFILL_LIMIT,
                tunnel -> {
                    refilling = false;
                    retry = FIRST_RETRY;
                    release(tunnel);
                },
                failure -> {
                    refilling = false;
                    if (isUsed()) {
                        warnings.write(
                                more -> LOG.infof("%s: no tunnel is ready: %s%s", address, failure.getMessage(), more));
                        loop.schedule(retry, this::refill);
                        retry = retry.compareTo(LAST_RETRY) < 0 ? retry.multipliedBy(2) : LAST_RETRY;
                    }
                });
    }

    private void connect(Duration limit, Consumer<ClientTunnel> connected, Consumer<TunnelException> failed) {
        connector.connect(this, limit, connected, failed);
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
            loop.schedule(retry, this::refill);
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
        while (!free.isEmpty()) {
            free.remove().leave();
        }
    }
}
