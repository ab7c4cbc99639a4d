package io.socketbridge.operator.plan;

import io.socketbridge.contract.Address;
import io.socketbridge.contract.InvalidAddressException;
import io.socketbridge.contract.RawAddress;
import io.socketbridge.contract.RouteReport;
import io.socketbridge.contract.TcpAddress;
import io.socketbridge.contract.TunnelAddress;
import io.socketbridge.contract.UdpAddress;
import io.socketbridge.contract.UnixAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Where a bridge's connections can go. */
public final class Endpoints {

    private Endpoints() {}

    /** The endpoints of a bridge, in a stable order. Pods that are going away are among them only where there are no others. */
    public static List<Endpoint> of(Bridge bridge, NamespaceView view) {
        return switch (bridge.server()) {
            case Server.Service service ->
                List.of(new Endpoint(hostOf(service.address()), service.address(), Optional.empty()));
            case Server.Pods server -> {
                List<Endpoint> lasting = among(view.serversOf(bridge), bridge, server.transport(), view);
                yield lasting.isEmpty()
                        ? among(view.endingServersOf(bridge), bridge, server.transport(), view)
                        : lasting;
            }
        };
    }

    private static List<Endpoint> among(
            List<ObservedPod> pods, Bridge bridge, Transport transport, NamespaceView view) {
        return pods.stream()
                .flatMap(pod -> ofPod(bridge, transport, pod, view).stream())
                .sorted(Comparator.comparing(Endpoint::name))
                .toList();
    }

    /**
     * The pods that serve a bridge but have not said so since this operator started, so that {@link #of} may lack
     * endpoints that exist.
     */
    public static boolean areIncomplete(Bridge bridge, NamespaceView view) {
        return view.serversOf(bridge).stream()
                .anyMatch(pod -> pod.shouldHaveReported() && view.reportOf(pod).isEmpty());
    }

    /**
     * A server's sidecar that has fallen silent counts as long as its kubelet vouches for the pod: it may be the road
     * from it to the operator that is broken, and not the one from its clients.
     */
    private static Optional<Endpoint> ofPod(Bridge bridge, Transport transport, ObservedPod pod, NamespaceView view) {
        return view.reportOf(pod)
                .filter(report -> report.fresh() || pod.ready())
                .flatMap(report -> report.route(End.ServerEnd.idFor(bridge)))
                .filter(route -> route.state().serves())
                .flatMap(route -> pod.ip().flatMap(ip -> at(ip, route, transport)))
                .map(address -> new Endpoint(pod.name(), address, Optional.of(pod)));
    }

    /**
     * Whether a server's sidecar listens as the bridge has it. It does not yet when the transport has been changed a moment ago; then
     * nobody may be sent there, least of all in the clear.
     */
    public static boolean listens(RouteReport route, Transport transport) {
        return at("", route, transport).isPresent();
    }

    /** Where a pod with this IP address takes connections by its sidecar's word, if that goes with the transport. */
    private static Optional<Address> at(String ip, RouteReport route, Transport transport) {
        String host = ip.isEmpty() ? "0.0.0.0" : ip;
        try {
            Address listening = Address.parse(route.listening());
            return switch (transport) {
                case Transport.Mutual _ ->
                    listening instanceof TunnelAddress(TcpAddress there) && there.port() > 0
                            ? Optional.of(new TunnelAddress(new TcpAddress(host, there.port())))
                            : Optional.empty();
                case Transport.Plain _ ->
                    listening instanceof TcpAddress there && there.port() > 0
                            ? Optional.of(new TcpAddress(host, there.port()))
                            : Optional.empty();
                case Transport.Udp _ ->
                    listening instanceof UdpAddress there && there.port() > 0
                            ? Optional.of(new UdpAddress(host, there.port()))
                            : Optional.empty();
                case Transport.Ip ours ->
                    listening instanceof RawAddress there
                                    && there.protocol() == ours.ipProtocol()
                                    && there.headerIncluded() == ours.headerIncluded()
                            ? Optional.of(new RawAddress(host, there.protocol(), there.headerIncluded()))
                            : Optional.empty();
            };
        } catch (InvalidAddressException e) {
            return Optional.empty(); // It came from a pod, and what a pod says is not to be trusted.
        }
    }

    private static String hostOf(Address service) {
        return switch (service) {
            case TcpAddress tcp -> tcp.host();
            case UdpAddress udp -> udp.host();
            case RawAddress raw -> raw.host();
            case TunnelAddress tunnel -> tunnel.tcp().host();
            case UnixAddress unix -> unix.name();
        };
    }
}
