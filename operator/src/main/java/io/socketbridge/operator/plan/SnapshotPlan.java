package io.socketbridge.operator.plan;

import io.socketbridge.contract.Listen;
import io.socketbridge.contract.Role;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.contract.Target;
import io.socketbridge.contract.TcpAddress;
import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.WhenUnavailable;
import java.util.List;

/** What a sidecar is told. */
public final class SnapshotPlan {

    private SnapshotPlan() {}

    /** The snapshot for a pod's sidecar. */
    public static Snapshot of(ObservedPod pod, NamespaceView view) {
        List<Route> routes = view.planFor(pod).ends().stream()
                .map(end -> switch (end) {
                    case End.ClientEnd client -> clientRoute(client, view);
                    case End.ServerEnd server -> serverRoute(server, pod);
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

    private static Route clientRoute(End.ClientEnd end, NamespaceView view) {
        ConnectionPolicy policy = end.bridge().policy();
        List<Target> targets = Endpoints.of(end.bridge(), view).stream()
                .map(endpoint -> new Target(endpoint.address().toString(), endpoint.name(), policy.proxyProtocol()))
                .toList();
        String mode = end.path().isAbstract() ? "" : end.client().mode();
        return new Route(
                end.id(),
                end.bridge().key(),
                Role.CLIENT,
                Listen.unix(end.path(), mode),
                targets,
                Tunnel.NONE,
                policy.whenUnavailable(),
                policy.limits(),
                policy.accessLogPercent());
    }

    /**
     * It refuses whenever its app does not listen, whatever the bridge says: the client's sidecar knows the other servers,
     * and is the one that waits.
     */
    private static Route serverRoute(End.ServerEnd end, ObservedPod pod) {
        ConnectionPolicy policy = end.bridge().policy();
        String any = pod.ip().orElse("").contains(":") ? "::" : "0.0.0.0";
        Target target = new Target(end.path().toString(), "", policy.proxyProtocol());
        return new Route(
                end.id(),
                end.bridge().key(),
                Role.SERVER,
                Listen.tcp(new TcpAddress(any, end.port()), end.anyPort()).accepting(policy.proxyProtocol()),
                List.of(target),
                Tunnel.NONE,
                WhenUnavailable.REFUSE,
                policy.limits(),
                policy.accessLogPercent());
    }
}
