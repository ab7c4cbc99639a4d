package io.socketbridge.contract;

import java.util.List;

/**
 * What a route's tunnels are: whose they are, and who may be at the other end. Means nothing for a route none of whose addresses is a
 * {@link TunnelAddress}.
 *
 * @param serverName the bridge, as the TLS server name (SNI) has it; see {@link TunnelNames}
 * @param peerName the DNS name that the other end's certificate has to have; empty where {@code peers} alone decides
 * @param peers SPIFFE IDs, one of which the other end's certificate has to have; empty where {@code peerName} alone decides
 * @param access which of the other end's users may connect; for a server's route
 * @see <a href="https://github.com/spiffe/spiffe/blob/main/standards/X509-SVID.md">X.509-SVID</a>
 */
public record Tunnel(String serverName, String peerName, List<String> peers, Access access) {

    /** No tunnel. */
    public static final Tunnel NONE = new Tunnel("", "", List.of(), Access.ALL);

    public Tunnel {
        peers = List.copyOf(peers);
    }

    /** Whether nobody at all may be at the other end. */
    public boolean allowsNobody() {
        return peerName.isEmpty() && peers.isEmpty();
    }
}
