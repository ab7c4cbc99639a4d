package io.socketbridge.contract;

/**
 * Where a route takes connections.
 *
 * @param address an {@link Address} as text
 * @param mode permission bits of the socket file in octal, such as {@code 0660}; empty where there is no file
 * @param anyPort whether another free port will do if the one in {@code address} is taken; the report says which it is
 * @param proxyProtocol what each connection has to begin with; only for TCP, and one that does not is reset
 */
public record Listen(String address, String mode, boolean anyPort, ProxyProtocol proxyProtocol) {

    /** A Unix socket that the sidecar makes. */
    public static Listen unix(UnixAddress address, String mode) {
        return new Listen(address.toString(), mode, false, ProxyProtocol.NONE);
    }

    /** A TCP port, exactly this one or, with {@code anyPort}, preferably. */
    public static Listen tcp(TcpAddress address, boolean anyPort) {
        return new Listen(address.toString(), "", anyPort, ProxyProtocol.NONE);
    }

    /** A UDP port, exactly this one or, with {@code anyPort}, preferably. */
    public static Listen udp(UdpAddress address, boolean anyPort) {
        return new Listen(address.toString(), "", anyPort, ProxyProtocol.NONE);
    }

    /** All packets of a protocol of IP. */
    public static Listen raw(RawAddress address) {
        return new Listen(address.toString(), "", false, ProxyProtocol.NONE);
    }

    /** A TCP port for tunnels, exactly this one, which other routes may have too. */
    public static Listen tunnels(TunnelAddress address) {
        return new Listen(address.toString(), "", false, ProxyProtocol.NONE);
    }

    /** The same, where each connection has to begin with this header. */
    public Listen accepting(ProxyProtocol header) {
        return new Listen(address, mode, anyPort, header);
    }
}
