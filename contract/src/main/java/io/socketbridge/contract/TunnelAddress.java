package io.socketbridge.contract;

/**
 * Where another sidecar takes tunnels: a TCP port that all bridges of a pod share.
 *
 * @param tcp the port
 */
public record TunnelAddress(TcpAddress tcp) implements Address {

    static TunnelAddress parse(String rest) {
        try {
            return new TunnelAddress(TcpAddress.parse(rest));
        } catch (InvalidAddressException e) {
            throw e.of("tunnel:" + rest);
        }
    }

    @Override
    public String toString() {
        return "tunnel:" + tcp.authority();
    }
}
