package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.Access;
import io.socketbridge.contract.Limits;
import io.socketbridge.contract.Listen;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.Records;
import io.socketbridge.contract.Role;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.RouteReport;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.contract.Target;
import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.WhenUnavailable;
import io.socketbridge.sidecar.control.ActiveRoute;
import io.socketbridge.sidecar.control.RouteTable;
import io.socketbridge.sidecar.identity.Identity;
import io.socketbridge.sidecar.local.SocketWatch;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.record.RecordMeter;
import io.socketbridge.sidecar.relay.Meter;
import io.socketbridge.sidecar.tls.Protections;
import io.socketbridge.sidecar.tls.TestAuthority;
import io.socketbridge.sidecar.tls.Tls;
import io.socketbridge.sidecar.tls.TlsEngine;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/** Routes at work in this process, as a sidecar has them. */
final class Bridge implements AutoCloseable {

    /** Both ends of each tunnel. */
    static final String ANYBODY = "spiffe://test/ns/test/sa/anybody";

    private static final Tunnel TUNNEL =
            new Tunnel("bridge.test.socketbridge.internal", "", List.of(ANYBODY), Access.ALL);

    static final Duration DEADLINE = Duration.ofSeconds(20);

    private final EventLoops loops;
    private final SocketWatch watch = new SocketWatch();
    private final List<Route> routes = new ArrayList<>();
    final RouteTable table;

    Bridge() throws IOException {
        this(protections());
    }

    /** Of a pod that is at both ends of the bridge. */
    static Protections protections() {
        return new Tls(
                new Identity(new TestAuthority("test").credentials(ANYBODY)), TlsEngine.BORINGSSL, Clock.systemUTC());
    }

    Bridge(Protections protections) throws IOException {
        loops = EventLoops.start(2);
        table = new RouteTable(loops, watch, protections, () -> {});
    }

    /** Does something on the thread of each loop. */
    void onEachLoop(Runnable task) {
        loops.all().forEach(loop -> CompletableFuture.runAsync(task, loop).join());
    }

    /** Adds a route, or takes another's place by its id. */
    Bridge route(String id, String listen, String... targets) {
        return route(id, new Listen(listen, isFile(listen) ? "0666" : "", false, ProxyProtocol.NONE), targets);
    }

    Bridge route(String id, Listen listen, String... targets) {
        return route(id, listen, WhenUnavailable.REFUSE, Limits.DEFAULT, targets(targets));
    }

    Bridge route(String id, Listen listen, WhenUnavailable whenUnavailable, Limits limits, List<Target> targets) {
        return route(id, listen, whenUnavailable, limits, TUNNEL, targets);
    }

    Bridge route(
            String id,
            Listen listen,
            WhenUnavailable whenUnavailable,
            Limits limits,
            Tunnel tunnel,
            List<Target> targets) {
        return add(new Route(id, "test/" + id, Role.CLIENT, listen, targets, tunnel, whenUnavailable, limits, 100));
    }

    /** Adds a route that carries records. */
    Bridge route(String id, Records records, String listen, String... targets) {
        return add(new Route(
                id,
                "test/" + id,
                Role.CLIENT,
                listen(listen),
                targets(targets),
                TUNNEL,
                records,
                WhenUnavailable.REFUSE,
                Limits.DEFAULT,
                100));
    }

    private Bridge add(Route route) {
        routes.removeIf(each -> each.id().equals(route.id()));
        routes.add(route);
        apply();
        return this;
    }

    /** A route with another way to carry records, or other limits. */
    Bridge route(
            String id,
            Listen listen,
            WhenUnavailable whenUnavailable,
            Limits limits,
            Records records,
            List<Target> targets) {
        routes.removeIf(route -> route.id().equals(id));
        routes.add(new Route(
                id, "test/" + id, Role.CLIENT, listen, targets, TUNNEL, records, whenUnavailable, limits, 100));
        apply();
        return this;
    }

    static List<Target> targets(String... addresses) {
        return List.of(addresses).stream().map(t -> new Target(t, "")).toList();
    }

    static Listen listen(String address) {
        return new Listen(address, isFile(address) ? "0666" : "", false, ProxyProtocol.NONE);
    }

    private static boolean isFile(String address) {
        return address.startsWith("unix") && address.contains(":/");
    }

    /** What a route's connections have done. */
    Meter meter(String id) {
        return active(id).meter();
    }

    /** What has become of a route's records, and of its flows of datagrams. */
    ActiveRoute.Meters meters(String id) {
        return active(id).meters();
    }

    private ActiveRoute active(String id) {
        return table.routes().stream()
                .filter(each -> each.route().id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no route " + id));
    }

    /** What became of a route's records. */
    RecordMeter records(String id) {
        return table.routes().stream()
                .filter(each -> each.route().id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no route " + id))
                .meters()
                .records();
    }

    void awaitActive(String id, int connections) {
        await(
                () -> meter(id).activeCount() == connections,
                () -> meter(id).activeCount() + " connections are open and not " + connections);
    }

    Bridge remove(String id) {
        routes.removeIf(route -> route.id().equals(id));
        apply();
        return this;
    }

    Bridge awaitState(String id, RouteState state) {
        await(() -> report(id).state() == state, () -> id + " is " + report(id));
        return this;
    }

    RouteReport report(String id) {
        return table.report().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no route " + id));
    }

    /** The port that a TCP route listens on. */
    int port(String id) {
        String listening = report(id).listening();
        return Integer.parseInt(listening.substring(listening.lastIndexOf(':') + 1));
    }

    static void await(BooleanSupplier condition, Supplier<String> otherwise) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .atMost(DEADLINE)
                .untilAsserted(
                        () -> assertThat(condition.getAsBoolean()).as(otherwise).isTrue());
    }

    private void apply() {
        table.apply(new Snapshot("r" + routes.hashCode(), routes)).join();
    }

    @Override
    public void close() {
        table.close().join();
        watch.close();
        loops.close();
    }
}
