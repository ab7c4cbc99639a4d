package io.socketbridge.operator.plan;

import io.socketbridge.contract.Access;
import io.socketbridge.contract.Role;
import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.TunnelNames;
import java.util.List;

/** Who has to be at the other end of a bridge's tunnels. */
final class Tunnels {

    private Tunnels() {}

    /** What a client's sidecar is told: whoever may be a server of the bridge. */
    static Tunnel ofClient(Bridge bridge) {
        return new Tunnel(
                bridge.serverName(), TunnelNames.grant(Role.SERVER, bridge.serverName()), List.of(), Access.ALL);
    }

    /** What a server's sidecar is told: whoever may be a client of the bridge, and of those whom its access has. */
    static Tunnel ofServer(Bridge bridge, Transport.Mutual transport, String trustDomain) {
        List<String> peers = transport.serviceAccounts().stream()
                .map(account -> TunnelNames.spiffeId(trustDomain, bridge.namespace(), account))
                .toList();
        return new Tunnel(
                bridge.serverName(), TunnelNames.grant(Role.CLIENT, bridge.serverName()), peers, transport.access());
    }
}
