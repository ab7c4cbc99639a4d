package io.socketbridge.sidecar.control;

import io.socketbridge.contract.Address;
import io.socketbridge.contract.InvalidAddressException;
import io.socketbridge.contract.Limits;
import io.socketbridge.contract.Listen;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.RawAddress;
import io.socketbridge.contract.Records;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.RouteReport;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.SocketType;
import io.socketbridge.contract.TcpAddress;
import io.socketbridge.contract.TunnelAddress;
import io.socketbridge.contract.UdpAddress;
import io.socketbridge.contract.UnixAddress;
import io.socketbridge.sidecar.datagram.DatagramListener;
import io.socketbridge.sidecar.datagram.FlowMeter;
import io.socketbridge.sidecar.local.SocketWatch;
import io.socketbridge.sidecar.local.UnixListener;
import io.socketbridge.sidecar.local.UnixStreams;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.record.Framer;
import io.socketbridge.sidecar.record.RecordMeter;
import io.socketbridge.sidecar.relay.Destination;
import io.socketbridge.sidecar.relay.Listener;
import io.socketbridge.sidecar.relay.Meter;
import io.socketbridge.sidecar.relay.Policy;
import io.socketbridge.sidecar.relay.Readiness;
import io.socketbridge.sidecar.relay.Relay;
import io.socketbridge.sidecar.tls.Protections;
import io.socketbridge.sidecar.tunnel.Departures;
import io.socketbridge.sidecar.tunnel.TcpListener;
import io.socketbridge.sidecar.tunnel.TunnelListener;
import io.socketbridge.sidecar.tunnel.TunnelPorts;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One route of the snapshot, and the relay that serves it, if its listening address makes sense. */
public final class ActiveRoute {

    /** How long a flow of datagrams may rest, where nothing is said: its end says nothing to anybody, and its place is wanted. */
    private static final Duration FLOW_REST = Duration.ofSeconds(60);

    private final SocketWatch watch;
    private final Dialers dialers;
    private final Meters meters;
    private final @Nullable Listener listener;
    private final @Nullable Relay relay;
    private final Meter meter;
    private final String problem;

    /** What is not as it should be though connections are served; empty mostly. */
    private volatile String note;

    private volatile Route route;
    private volatile boolean closed;

    private ActiveRoute(
            Route route,
            SocketWatch watch,
            Dialers dialers,
            Meters meters,
            @Nullable Listener listener,
            @Nullable Relay relay,
            String problem,
            String note) {
        this.route = route;
        this.note = note;
        this.watch = watch;
        this.dialers = dialers;
        this.meters = meters;
        this.listener = listener;
        this.relay = relay;
        this.meter = relay == null ? new Meter() : relay.meter();
        this.problem = problem;
    }

    /**
     * What all routes share.
     *
     * @param watch looks after apps' sockets
     * @param protections of tunnels
     * @param ports on which tunnels are taken
     * @param mostReady how many tunnels to one place are kept ready by each loop, at most
     * @param departures tunnels that have only to send what waits
     */
    record Context(
            EventLoops loops,
            SocketWatch watch,
            Protections protections,
            TunnelPorts ports,
            int mostReady,
            Departures departures) {}

    /**
     * What is counted besides connections.
     *
     * @param records what became of records
     * @param flows how flows of datagrams ended
     */
    public record Meters(RecordMeter records, FlowMeter flows) {}

    /**
     * A route that does nothing until {@link #start}.
     *
     * @param mostConnections how many it may have open at once
     * @param note for its report
     * @param before the same route at another address, whose connections go on; null if there was none
     */
    static ActiveRoute of(
            Route route,
            int mostConnections,
            String note,
            Context context,
            Runnable changed,
            @Nullable ActiveRoute before) {
        SocketWatch watch = context.watch();
        Meters meters = before == null ? new Meters(new RecordMeter(), new FlowMeter()) : before.meters;
        Dialers dialers = new Dialers(
                context.loops(), context.protections(), context.mostReady(), context.departures(), meters.records());
        try {
            EventLoop loop = context.loops().next();
            // The listener tells the relay, which has the listener.
            AtomicReference<BiConsumer<String, String>> denied = new AtomicReference<>((reason, message) -> {});
            Listener listener = listener(
                    route,
                    mostConnections,
                    loop,
                    context,
                    meters,
                    (reason, message) -> denied.get().accept(reason, message));
            Relay relay = new Relay(
                    route.bridge(),
                    route.role().name().toLowerCase(Locale.ROOT),
                    listener,
                    loop,
                    policy(route, mostConnections),
                    r -> changed.run(),
                    before == null ? null : before.relay);
            denied.set(relay::denied);
            return expectsHeaderOfApp(route.listen())
                    ? failed(
                            route,
                            watch,
                            dialers,
                            meters,
                            route.listen().address() + ": apps send no PROXY protocol header;"
                                    + " listen.proxyProtocol can be V2 for a tcp: address alone")
                    : new ActiveRoute(route, watch, dialers, meters, listener, relay, "", note);
        } catch (InvalidAddressException e) {
            return failed(route, watch, dialers, meters, String.valueOf(e.getMessage()));
        }
    }

    private static ActiveRoute failed(Route route, SocketWatch watch, Dialers dialers, Meters meters, String problem) {
        return new ActiveRoute(route, watch, dialers, meters, null, null, problem, "");
    }

    private static boolean expectsHeaderOfApp(Listen listen) {
        return listen.proxyProtocol() != ProxyProtocol.NONE && Address.parse(listen.address()) instanceof UnixAddress;
    }

    private static Policy policy(Route route, int mostConnections) {
        return new Policy(
                limits(route),
                mostConnections,
                route.whenUnavailable(),
                route.listen().proxyProtocol(),
                route.accessLogPercent());
    }

    /**
     * A flow of datagrams that rests is ended in order where it comes from. Where it goes that is not told from a connection, which is
     * given more time, as what rests there has mostly been ended by then.
     */
    private static Limits limits(Route route) {
        Limits limits = route.limits();
        if (Pairing.isOfDatagrams(Address.parse(route.listen().address()))) {
            return limits.resting(0);
        }
        return toDatagrams(route) ? limits.resting(2 * limits.idleTimeoutMillis()) : limits;
    }

    private static boolean toDatagrams(Route route) {
        try {
            return route.targets().stream().anyMatch(target -> Pairing.isOfDatagrams(Address.parse(target.address())));
        } catch (InvalidAddressException e) {
            return false; // It is not served.
        }
    }

    private static Duration restOfFlows(Route route) {
        long millis = route.limits().idleTimeoutMillis();
        return millis == 0 ? FLOW_REST : Duration.ofMillis(millis);
    }

    /** The route as the snapshot has it. */
    public Route route() {
        return route;
    }

    /** What has passed through. */
    public Meter meter() {
        return meter;
    }

    /** What has become of records and of flows of datagrams. */
    public Meters meters() {
        return meters;
    }

    /** Whether it serves connections and, if not, why. */
    public RouteState state() {
        return readiness().state();
    }

    CompletableFuture<Void> start() {
        if (relay == null) {
            return CompletableFuture.completedFuture(null);
        }
        return relay.start().thenRun(() -> target(relay));
    }

    /** Takes the targets and limits of a route whose listening address is the same. */
    void update(Route next, int mostConnections, String newNote) {
        boolean same = next.targets().equals(route.targets()) && next.tunnel().equals(route.tunnel());
        route = next;
        note = newNote;
        if (relay != null) {
            relay.update(policy(next, mostConnections));
            if (listener instanceof TunnelListener tunnels) {
                tunnels.allow(next.tunnel(), mostConnections);
            }
            if (listener instanceof DatagramListener datagrams) {
                datagrams.allowRest(restOfFlows(next));
            }
            if (!same) {
                target(relay);
            }
        }
    }

    /** Takes the limits of the route that has taken its place, for the connections that are left. */
    void limit(Route successor, int mostConnections) {
        if (relay != null) {
            relay.update(policy(successor, mostConnections));
        }
    }

    /** Whether none of its connections are left. */
    boolean isEmpty() {
        return relay == null || relay.isEmpty();
    }

    synchronized CompletableFuture<Void> close() {
        closed = true;
        watch.remove(route.id());
        dialers.close();
        return relay == null ? CompletableFuture.completedFuture(null) : relay.close();
    }

    /** Closes, lets connections go on as long as the route allows, and resets the rest; completes when none is left. */
    CompletableFuture<Void> drain() {
        CompletableFuture<Void> closing = close();
        return relay == null ? closing : relay.drain();
    }

    RouteReport report() {
        Readiness readiness = readiness();
        return new RouteReport(
                route.id(),
                relay == null ? "" : relay.address(),
                readiness.state(),
                readiness.message().isEmpty() ? note : readiness.message(),
                meter.activeCount(),
                meter.openedCount());
    }

    private Readiness readiness() {
        return relay == null ? new Readiness(RouteState.LISTEN_FAILED, problem) : relay.readiness();
    }

    /** Hands the targets to the relay: at once, or whenever an app comes to listen on its socket or goes. */
    private synchronized void target(Relay target) {
        if (closed) {
            return;
        }
        List<Destination> destinations;
        try {
            Optional<Readiness> problem = Pairing.problem(route)
                    .map(text -> new Readiness(RouteState.NO_TARGET, text))
                    .or(() -> RawPermission.problem(route)
                            .map(text -> new Readiness(RouteState.PERMISSION_DENIED, text)));
            if (problem.isPresent()) {
                watch.remove(route.id());
                target.update(List.of(), problem.get());
                return;
            }
            destinations = dialers.of(route);
        } catch (InvalidAddressException e) {
            target.update(List.of(), new Readiness(RouteState.NO_TARGET, String.valueOf(e.getMessage())));
            return;
        }
        UnixAddress watched = route.targets().stream()
                .map(each -> Address.parse(each.address()))
                .filter(UnixAddress.class::isInstance)
                .map(UnixAddress.class::cast)
                .reduce((first, last) -> last)
                .orElse(null);
        if (watched != null) {
            watch.add(route.id(), watched, new SocketWatch.Observer() {
                @Override
                public void changed(Readiness readiness) {
                    target.update(destinations, readiness);
                }

                @Override
                public void recreated() {
                    meter.socketRecreated();
                }
            });
            return;
        }
        watch.remove(route.id());
        target.update(
                destinations,
                destinations.isEmpty() ? new Readiness(RouteState.NO_TARGET, "no server is ready") : Readiness.READY);
    }

    private static Listener listener(
            Route route,
            int mostConnections,
            EventLoop loop,
            Context context,
            Meters meters,
            BiConsumer<String, String> denied) {
        Listen listen = route.listen();
        Records records = Pairing.records(route);
        DatagramListener.Terms terms =
                new DatagramListener.Terms(loop, records, restOfFlows(route), meters.records(), meters.flows());
        return switch (Address.parse(listen.address())) {
            case UnixAddress unix ->
                unix.type() == SocketType.DATAGRAM
                        ? DatagramListener.unix(unix, mode(listen), terms)
                        : new UnixListener(
                                loop,
                                context.loops(),
                                unix,
                                mode(listen),
                                new UnixStreams(unix.type(), records, meters.records()));
            case TcpAddress tcp ->
                new TcpListener(
                        loop,
                        context.loops(),
                        tcp,
                        listen.anyPort(),
                        Framer.of(records, records.wire(), meters.records()));
            case UdpAddress udp -> DatagramListener.udp(udp, listen.anyPort(), terms);
            case RawAddress raw -> DatagramListener.raw(raw, terms);
            case TunnelAddress tunnel ->
                new TunnelListener(
                        context.ports(),
                        loop,
                        tunnel,
                        listen.anyPort(),
                        route.tunnel(),
                        mostConnections,
                        records.areCarried(),
                        denied);
        };
    }

    private static int mode(Listen listen) {
        return listen.mode().isEmpty() ? 0666 : Integer.parseInt(listen.mode(), 8);
    }
}
