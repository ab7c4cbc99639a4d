package io.socketbridge.sidecar.tunnel;

import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.TunnelAddress;
import io.socketbridge.sidecar.loop.Backoff;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.relay.Dialer;
import io.socketbridge.sidecar.relay.ProxyHeader;
import io.socketbridge.sidecar.tls.Protections;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Begins connections to a bridge's server through tunnels to its sidecar, of which some are kept ready. */
public final class TunnelDialer implements Dialer {

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(250);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(30);

    private final TunnelAddress address;
    private final Tunnel rule;
    private final Protections protections;
    private final int mostReady;
    private final boolean carriesRecords;
    private final Departures departures;
    private final Map<EventLoop, TunnelPool> pools = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * @param rule which bridge is meant, and who may be at the other end
     * @param protections of each tunnel
     * @param mostReady how many are kept ready by each loop, at most
     * @param departures is told of those that have only to send what waits
     * @param carriesRecords whether the connections carry records, and not bytes
     */
    public TunnelDialer(
            TunnelAddress address,
            Tunnel rule,
            Protections protections,
            int mostReady,
            Departures departures,
            boolean carriesRecords) {
        this.carriesRecords = carriesRecords;
        this.departures = departures;
        this.mostReady = mostReady;
        this.address = address;
        this.rule = rule;
        this.protections = protections;
    }

    /** Has tunnels be ready before the first connection comes. */
    public void warmUp(EventLoops loops) {
        loops.all().forEach(loop -> loop.execute(() -> pool(loop).refill()));
    }

    @Override
    public Pending dial(EventLoop loop, Supplier<ProxyHeader> origin, Duration limit, Outcome outcome) {
        ProxyHeader header = carriesRecords ? origin.get().ofRecords() : origin.get();
        Attempt attempt = new Attempt(header, System.nanoTime() + limit.toNanos(), outcome);
        pool(loop).dial(attempt);
        return attempt;
    }

    /** The pool of the loop that this is called on. One who has chosen this target before it went may still dial; nothing is kept then. */
    private TunnelPool pool(EventLoop loop) {
        TunnelPool pool = pools.computeIfAbsent(
                loop,
                owner -> new TunnelPool(
                        owner,
                        address,
                        rule,
                        protections,
                        mostReady,
                        new Backoff(FIRST_BACKOFF, LONGEST_BACKOFF),
                        departures));
        if (closed) {
            pool.close();
        }
        return pool;
    }

    @Override
    public void close() {
        closed = true;
        pools.forEach((loop, pool) -> loop.execute(pool::close));
    }
}
