package io.socketbridge.sidecar.tunnel;

import io.socketbridge.contract.Tunnel;
import io.socketbridge.sidecar.tls.PeerIdentity;

/** Who may be at the other end of a route's tunnels. */
final class PeerRule {

    private PeerRule() {}

    /** Whether this one may; where nothing is said, nobody may. */
    static boolean allows(Tunnel tunnel, PeerIdentity peer) {
        return !tunnel.allowsNobody()
                && (tunnel.peerName().isEmpty() || peer.dnsNames().contains(tunnel.peerName()))
                && (tunnel.peers().isEmpty() || tunnel.peers().contains(peer.spiffeId()));
    }
}
