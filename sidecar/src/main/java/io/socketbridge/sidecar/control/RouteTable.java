package io.socketbridge.sidecar.control;

import io.socketbridge.contract.Route;
import io.socketbridge.contract.RouteReport;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.sidecar.local.SocketWatch;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.relay.Meter;
import io.socketbridge.sidecar.relay.ResetReason;
import io.socketbridge.sidecar.tls.Protections;
import io.socketbridge.sidecar.tunnel.Departures;
import io.socketbridge.sidecar.tunnel.TunnelPorts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The routes at work: those of the last snapshot. Any thread may call. */
public final class RouteTable {

    /** How many tunnels to one place are kept ready by each loop, where nothing is said. */
    public static final int TUNNELS_READY = 64;

    private static final Logger LOG = Logger.getLogger(RouteTable.class);

    /** How long what is in tunnels may at least take to be delivered, after the last connection has ended. */
    private static final Duration LEAST_DEPARTURE = Duration.ofSeconds(10);

    private final Departures departures = new Departures();
    private final ActiveRoute.Context context;
    private final Runnable changed;

    private final DescriptorBudget descriptors = DescriptorBudget.ofProcess();
    private final Map<String, ActiveRoute> active = new LinkedHashMap<>();

    /** Routes that are closed, and whose connections go on. */
    private final List<ActiveRoute> retired = new ArrayList<>();

    private String revision = "";

    /** Whether no address is taken any more. */
    private boolean draining;

    /**
     * Empty until the first {@link #apply}.
     *
     * @param protections of tunnels
     * @param changed is called, on any thread, when the state of a route is another; must return at once
     */
    public RouteTable(EventLoops loops, SocketWatch watch, Protections protections, Runnable changed) {
        this(loops, watch, protections, TUNNELS_READY, changed);
    }

    /**
     * The same.
     *
     * @param tunnelsReady how many tunnels to one place are kept ready by each loop, at most
     */
    public RouteTable(
            EventLoops loops, SocketWatch watch, Protections protections, int tunnelsReady, Runnable changed) {
        this.context = new ActiveRoute.Context(
                loops, watch, protections, new TunnelPorts(loops, protections, departures), tunnelsReady, departures);
        this.changed = changed;
    }

    /**
     * Makes a snapshot's routes the ones at work: new ones start, missing ones end (connections that are open go on), and
     * changed targets take effect for the next connection. Does nothing once the table is drained.
     *
     * @return completes when each listener is bound or has said why it cannot be
     */
    public synchronized CompletableFuture<Void> apply(Snapshot snapshot) {
        if (draining) {
            return CompletableFuture.completedFuture(null);
        }
        List<CompletableFuture<Void>> steps = new ArrayList<>();
        Map<String, Route> wanted = new LinkedHashMap<>();
        snapshot.routes().forEach(route -> wanted.put(route.id(), route));
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        Map<String, ActiveRoute> moving = new HashMap<>();
        active.values().removeIf(route -> {
            Route now = wanted.get(route.route().id());
            if (now != null
                    && now.listen().equals(route.route().listen())
                    && now.records().equals(route.route().records())) {
                return false;
            }
            closing.add(route.close());
            retired.add(route);
            moving.put(route.route().id(), route);
            return true;
        });
        retired.removeIf(ActiveRoute::isEmpty);
        String note = descriptors.shortage(snapshot);
        // An address may have moved from one route to another, so all are given up before any is taken.
        CompletableFuture<Void> closed = all(closing);
        wanted.forEach((id, route) -> {
            @Nullable ActiveRoute present = active.get(id);
            int most = descriptors.share(route, snapshot);
            if (present == null) {
                ActiveRoute starting = ActiveRoute.of(route, most, note, context, changed, moving.get(id));
                active.put(id, starting);
                steps.add(closed.thenCompose(ignored -> starting.start()));
            } else {
                present.update(route, most, note);
            }
        });
        retired.forEach(route -> {
            Route now = wanted.get(route.route().id());
            if (now != null) {
                route.limit(now, descriptors.share(now, snapshot));
            }
        });
        revision = snapshot.revision();
        steps.add(closed);
        return all(steps);
    }

    /** The revision of the last snapshot; empty before the first. */
    public synchronized String revision() {
        return revision;
    }

    /** How each route is. */
    public synchronized List<RouteReport> report() {
        return active.values().stream().map(ActiveRoute::report).toList();
    }

    /** The routes, for metrics. */
    public synchronized List<ActiveRoute> routes() {
        return List.copyOf(active.values());
    }

    /** How many have connected to begin a tunnel, by a stable word for what became of their handshake. */
    public Map<String, Long> handshakes() {
        return context.ports().handshakes();
    }

    /** Gives all addresses up. */
    public CompletableFuture<Void> close() {
        return apply(new Snapshot("", List.of()));
    }

    /**
     * Gives all addresses up, lets connections go on as long as their routes allow, and resets the rest.
     *
     * @return completes with how many were reset, when none is left
     */
    public synchronized CompletableFuture<Integer> drain() {
        draining = true;
        retired.addAll(active.values());
        active.clear();
        long deadlineNanos = System.nanoTime()
                + TimeUnit.MILLISECONDS.toNanos(retired.stream()
                        .mapToLong(route -> route.route().limits().drainTimeoutMillis())
                        .max()
                        .orElse(0));
        List<Meter> meters = retired.stream().map(ActiveRoute::meter).distinct().toList();
        return all(retired.stream().map(ActiveRoute::drain).toList())
                .thenCompose(ignored -> departed(deadlineNanos))
                .thenApply(ignored -> meters.stream()
                        .mapToInt(meter -> meter.resets()
                                .getOrDefault(ResetReason.DRAIN, 0L)
                                .intValue())
                        .sum());
    }

    /** Behind what the loops were told before. */
    private CompletableFuture<Void> departed(long deadlineNanos) {
        return all(context.loops().all().stream()
                        .map(loop -> CompletableFuture.runAsync(() -> {}, loop))
                        .toList())
                .thenCompose(ignored -> {
                    long waitNanos = Math.max(LEAST_DEPARTURE.toNanos(), deadlineNanos - System.nanoTime());
                    return departures.none().completeOnTimeout(null, waitNanos, TimeUnit.NANOSECONDS);
                })
                .thenRun(() -> {
                    int left = departures.count();
                    if (left > 0) {
                        LOG.warnf("what was sent in %d tunnels was not delivered in time, and is cut off", left);
                    }
                });
    }

    private static CompletableFuture<Void> all(Collection<? extends CompletableFuture<?>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
    }
}
