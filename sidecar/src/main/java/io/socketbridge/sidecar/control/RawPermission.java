package io.socketbridge.sidecar.control;

import io.socketbridge.contract.Address;
import io.socketbridge.contract.RawAddress;
import io.socketbridge.contract.Route;
import io.socketbridge.sidecar.datagram.DatagramDialer;
import java.util.Optional;

/** Whether the process may do what a route's raw IP sockets need. */
final class RawPermission {

    private RawPermission() {}

    /** What is missing; empty if nothing is, or the route has no such socket. */
    static Optional<String> problem(Route route) {
        return route.targets().stream()
                .map(target -> Address.parse(target.address()))
                .filter(RawAddress.class::isInstance)
                .map(RawAddress.class::cast)
                .map(DatagramDialer::permissionProblem)
                .flatMap(Optional::stream)
                .findFirst();
    }
}
