package io.socketbridge.sidecar.control;

import io.socketbridge.contract.Address;
import io.socketbridge.contract.InvalidAddressException;
import io.socketbridge.contract.Listen;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.RouteReport;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.Target;
import io.socketbridge.contract.TcpAddress;
import io.socketbridge.contract.UnixAddress;
import io.socketbridge.sidecar.local.SocketWatch;
import io.socketbridge.sidecar.local.UnixDialer;
import io.socketbridge.sidecar.local.UnixListener;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.relay.Dialer;
import io.socketbridge.sidecar.relay.Listener;
import io.socketbridge.sidecar.relay.Meter;
import io.socketbridge.sidecar.relay.Readiness;
import io.socketbridge.sidecar.relay.Relay;
import io.socketbridge.sidecar.tunnel.TcpDialer;
import io.socketbridge.sidecar.tunnel.TcpListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One route of the snapshot, and the relay that serves it, if its listening address makes sense. */
public final class ActiveRoute {

    private final SocketWatch watch;
    private final @Nullable Relay relay;
    private final Meter meter;
    private final String problem;
    private volatile Route route;
    private volatile boolean closed;

    private ActiveRoute(Route route, SocketWatch watch, @Nullable Relay relay, String problem) {
        this.route = route;
        this.watch = watch;
        this.relay = relay;
        this.meter = relay == null ? new Meter() : relay.meter();
        this.problem = problem;
    }

    static ActiveRoute of(Route route, EventLoops loops, SocketWatch watch, Runnable changed) {
        try {
            EventLoop loop = loops.next();
            Listener listener = listener(route.listen(), loop, loops);
            String name = route.bridge() + " " + route.role().name().toLowerCase(java.util.Locale.ROOT);
            return new ActiveRoute(route, watch, new Relay(name, listener, loop, r -> changed.run()), "");
        } catch (InvalidAddressException e) {
            return new ActiveRoute(route, watch, null, String.valueOf(e.getMessage()));
        }
    }

    /** The route as the snapshot has it. */
    public Route route() {
        return route;
    }

    /** What has passed through. */
    public Meter meter() {
        return meter;
    }

    /** Whether it takes connections. */
    public boolean isReady() {
        return readiness().isReady();
    }

    CompletableFuture<Void> start() {
        if (relay == null) {
            return CompletableFuture.completedFuture(null);
        }
        return relay.start().thenRun(() -> target(relay));
    }

    /** Takes the targets of a route whose listening address is the same. */
    void update(Route next) {
        boolean same = next.targets().equals(route.targets());
        route = next;
        if (!same && relay != null) {
            target(relay);
        }
    }

    synchronized CompletableFuture<Void> close() {
        closed = true;
        watch.remove(route.id());
        return relay == null ? CompletableFuture.completedFuture(null) : relay.close();
    }

    RouteReport report() {
        Readiness readiness = readiness();
        return new RouteReport(
                route.id(),
                relay == null ? "" : relay.address(),
                readiness.state(),
                readiness.message(),
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
        List<Dialer> dialers = new ArrayList<>();
        @Nullable UnixAddress watched = null;
        try {
            for (Target each : route.targets()) {
                switch (Address.parse(each.address())) {
                    case UnixAddress unix -> {
                        dialers.add(new UnixDialer(unix));
                        watched = unix;
                    }
                    case TcpAddress tcp -> dialers.add(new TcpDialer(tcp));
                }
            }
        } catch (InvalidAddressException e) {
            target.update(List.of(), new Readiness(RouteState.NO_TARGET, String.valueOf(e.getMessage())));
            return;
        }
        if (watched != null) {
            watch.add(route.id(), watched, readiness -> target.update(dialers, readiness));
            return;
        }
        watch.remove(route.id());
        target.update(
                dialers,
                dialers.isEmpty() ? new Readiness(RouteState.NO_TARGET, "no server is ready") : Readiness.READY);
    }

    private static Listener listener(Listen listen, EventLoop loop, EventLoops loops) {
        return switch (Address.parse(listen.address())) {
            case UnixAddress unix -> new UnixListener(loop, loops, unix, mode(listen));
            case TcpAddress tcp -> new TcpListener(loop, loops, tcp, listen.anyPort());
        };
    }

    private static int mode(Listen listen) {
        return listen.mode().isEmpty() ? 0666 : Integer.parseInt(listen.mode(), 8);
    }
}
