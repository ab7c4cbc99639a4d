package io.socketbridge.operator.plan;

import io.socketbridge.contract.Listen;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.RawAddress;
import io.socketbridge.contract.Role;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.contract.Target;
import io.socketbridge.contract.TcpAddress;
import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.TunnelAddress;
import io.socketbridge.contract.UdpAddress;
import io.socketbridge.contract.WhenUnavailable;
import java.util.List;

/** What a sidecar is told. */
public final class SnapshotPlan {

    /** Whole packets are to be had of IPv4 alone. */
    private static final String IPV4 = "0.0.0.0";

    private SnapshotPlan() {}

    /** The snapshot for a pod's sidecar. */
    public static Snapshot of(ObservedPod pod, NamespaceView view) {
        List<Route> routes = view.planFor(pod).ends().stream()
                .map(end -> switch (end) {
                    case End.ClientEnd client -> clientRoute(client, pod, view);
                    case End.ServerEnd server -> serverRoute(server, pod, view);
                })
                .toList();
        return new Snapshot(Fingerprint.of(routes.toString()), routes);
    }

    /**
     * Whether a sidecar that already serves would lose targets by the snapshot only because this operator does not yet
     * know them. It is to be kept waiting for a while, with what it has; a sidecar that has nothing yet is not.
     */
    public static boolean isPremature(ObservedPod pod, NamespaceView view) {
        return pod.sidecarStarted()
                && view.planFor(pod).ends().stream()
                        .anyMatch(end -> end instanceof End.ClientEnd && Endpoints.areIncomplete(end.bridge(), view));
    }

    private static Route clientRoute(End.ClientEnd end, ObservedPod pod, NamespaceView view) {
        ConnectionPolicy policy = end.bridge().policy();
        boolean tunnelled =
                end.bridge().server() instanceof Server.Pods pods && pods.transport() instanceof Transport.Mutual;
        List<Target> targets = Endpoints.of(end.bridge(), view).stream()
                .map(endpoint -> new Target(
                        endpoint.address().toString(),
                        endpoint.name(),
                        // A tunnel says itself who connects, whether or not the app is to be told.
                        tunnelled ? ProxyProtocol.NONE : policy.proxyProtocol(),
                        switch (policy.distribution()) {
                            case ANY -> Distance.NO_MATTER;
                            case PREFER_CLOSE -> Distance.between(pod, endpoint, view.zones());
                        }))
                .toList();
        String mode = end.path().isAbstract() ? "" : end.client().mode();
        return new Route(
                end.id(),
                end.bridge().key(),
                Role.CLIENT,
                Listen.unix(end.path(), mode),
                targets,
                tunnelled ? Tunnels.ofClient(end.bridge()) : Tunnel.NONE,
                RouteRecords.ofClient(end),
                policy.whenUnavailable(),
                RouteLimits.ofClient(end),
                policy.accessLogPercent());
    }

    /**
     * It refuses whenever its app does not listen, whatever the bridge says: the client's sidecar knows the other servers,
     * and is the one that waits.
     */
    private static Route serverRoute(End.ServerEnd end, ObservedPod pod, NamespaceView view) {
        ConnectionPolicy policy = end.bridge().policy();
        String any = pod.ip().orElse("").contains(":") ? "::" : IPV4;
        Target target = new Target(end.path().toString(), "", policy.proxyProtocol());
        return new Route(
                end.id(),
                end.bridge().key(),
                Role.SERVER,
                switch (end.server().transport()) {
                    case Transport.Mutual _ -> Listen.tunnels(new TunnelAddress(new TcpAddress(any, end.port())));
                    case Transport.Plain plain ->
                        Listen.tcp(new TcpAddress(any, end.port()), plain.port() == 0)
                                .accepting(policy.proxyProtocol());
                    case Transport.Udp udp -> Listen.udp(new UdpAddress(any, end.port()), udp.port() == 0);
                    case Transport.Ip ip ->
                        Listen.raw(new RawAddress(ip.headerIncluded() ? IPV4 : any, end.port(), ip.headerIncluded()));
                },
                List.of(target),
                switch (end.server().transport()) {
                    case Transport.Mutual mutual -> Tunnels.ofServer(end.bridge(), mutual, view.trustDomain());
                    case Transport.Plain _, Transport.Udp _, Transport.Ip _ -> Tunnel.NONE;
                },
                RouteRecords.ofServer(end),
                WhenUnavailable.REFUSE,
                RouteLimits.ofServer(end),
                policy.accessLogPercent());
    }
}
